-- Varve's tables for MySQL and MariaDB; made from the catalogue by `varve tables`.
SET NAMES utf8mb4;

-- ScadaProviderMapping (scada, ledger): One row for each pair of node and history database.
--   Id: number of the history database
--   Node: node that the data come from
--   Provider: name of the history database, or of an alarm history database
CREATE TABLE `ScadaProviderMapping` (
    `Id` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `Node` VARCHAR(255) NOT NULL,
    `Provider` VARCHAR(255) NOT NULL
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;
CREATE UNIQUE INDEX `ScadaProviderMapping_Node_Provider` ON `ScadaProviderMapping` (`Node`, `Provider`);

-- ScadaTagMapping (scada, ledger): One row for each tag and type of its values; the Id names its history.
--   Id: number of the tag and its type
--   Tag: name of the tag
--   Type: type of its values: 1 Integer, 2 String, 3 Double, 4 Boolean, 5 DateTime
--   ProviderId: its history database → ScadaProviderMapping.Id
--   NormalizedName: the name in Latin letters, for searching; not unique
CREATE TABLE `ScadaTagMapping` (
    `Id` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `Tag` VARCHAR(255) NOT NULL,
    `Type` TINYINT NOT NULL,
    `ProviderId` BIGINT NOT NULL,
    `NormalizedName` LONGTEXT,
    FOREIGN KEY (`ProviderId`) REFERENCES `ScadaProviderMapping` (`Id`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;
CREATE UNIQUE INDEX `ScadaTagMapping_ProviderId_Tag_Type` ON `ScadaTagMapping` (`ProviderId`, `Tag`, `Type`);
CREATE INDEX `ScadaTagMapping_NormalizedName` ON `ScadaTagMapping` (`NormalizedName`(255));

-- ScadaTagHistory (scada, stratum): Samples as they came; also ScadaTagHistory_{ProviderId}_{size}_{DateKey}, one table for each partition.
--   TagId: the tag → ScadaTagMapping.Id
--   ProviderId: its history database → ScadaProviderMapping.Id
--   Quality: OPC quality: its two top bits 0xC0 good, 0x40 uncertain, else bad; or levels 100 to 499
--   IntegerVal: value of an Integer tag
--   DoubleVal: value of a Double tag
--   BoolVal: value of a Boolean tag
--   StringVal: value of a String tag
--   DateTimeVal: value of a DateTime tag
--   Timestamp: time of the sample since 1970 UTC (ms)
CREATE TABLE `ScadaTagHistory` (
    `TagId` BIGINT NOT NULL,
    `ProviderId` BIGINT NOT NULL,
    `Quality` INT NOT NULL,
    `IntegerVal` BIGINT,
    `DoubleVal` DOUBLE,
    `BoolVal` BOOLEAN,
    `StringVal` LONGTEXT,
    `DateTimeVal` DATETIME(3),
    `Timestamp` BIGINT NOT NULL,
    PRIMARY KEY (`TagId`, `Timestamp`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;

-- ScadaTagPreProcessed (scada, stratum): Aggregates over windows; stands for ScadaTagPreProcessed_{ProviderId}_{window minutes}_{yyyyMM}.
--   TagId: the tag → ScadaTagMapping.Id
--   Category: what was computed over the window: 1 Min, 2 Max, 3 Avg, 4 Last, 5 First, 7 Count, 11 CountOn and CountOff, 12 DurationOn and DurationOff, 13 Time-weighted average
--   Timestamp: start of the window since 1970 UTC (ms)
--   Quality: 192 all samples good, 64 some not, 0 none; or levels 192, 200, 300
--   IntegerVal: value of an Integer tag
--   DoubleVal: value of a Double tag
--   BoolVal: value of a Boolean tag
--   StringVal: value of a String tag
--   DateTimeVal: value of a DateTime tag
--   CollectTimestamp: time of the sample that gave the value; else equal to Timestamp (ms)
CREATE TABLE `ScadaTagPreProcessed` (
    `TagId` BIGINT NOT NULL,
    `Category` INT NOT NULL,
    `Timestamp` BIGINT NOT NULL,
    `Quality` INT NOT NULL,
    `IntegerVal` BIGINT,
    `DoubleVal` DOUBLE,
    `BoolVal` BOOLEAN,
    `StringVal` LONGTEXT,
    `DateTimeVal` DATETIME(3),
    `CollectTimestamp` BIGINT NOT NULL,
    PRIMARY KEY (`TagId`, `Category`, `Timestamp`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;

-- TB_Objects (electro, ledger): The tree of points: branches, measured, computed, entered and controlled quantities.
--   ObjId: number of the point or branch; 1 to 268435455
--   Type: what it is: 0 branch of the tree, 1 real quantity, 2 logical quantity, 3 real control, 4 logical control
--   Parent: branch that it hangs on; 0 for a root → TB_Objects.ObjId
--   DevId: device that measures it; 0 for branches and computed points → TB_Devices.DevId
--   Name: name, unique among its brothers
--   MemInd: number in the device's memory map (vv_param_map)
--   ShortName: short name
--   TarifId: tariff whose half-hours count; 0 for none → TB_Tarif.TarifId
--   Period: 0 aperiodic, 1 day, 2 month, 3 quarter, 4 year, 5 week, 6 billing day, 7 billing month, above 9 seconds; 0 and above, not 8 to 9
--   Calc: where its values come from: 0 physical, 1 preprocessor function, 2 aggregation, 3 grouping, 4 selector, 5 manual input
--   CalcId: base point of an aggregation → TB_Objects.ObjId
--   Koeff: factor of computed points; null is 1
--   DimId: unit of measure → TB_Dim.DimId
--   Formula: formula of a computed point
--   Accu: kind of accumulation: 0 over the period, 1 at the period's start, 2 at the period's end
--   EnableReact: not 0: the newest value is held against the limits
--   Min1: normal from here
--   Min2: warning from here to Min1, alarm below
--   Max1: normal to here
--   Max2: warning from Max1 to here, alarm above
--   ReactAlrm: reaction on entry to alarm → TB_Reactions.ReactId
--   ReactWarn: reaction on entry to warning → TB_Reactions.ReactId
--   ReactNorm: reaction on entry to normal → TB_Reactions.ReactId
--   Time1: days kept in Trend; 0 or null for ever (d); 0 and above
--   Time2: days kept in Trend2; 0 or null for ever (d); 0 and above
--   HashId: CRC-32C of the path, made by the system
--   DisableTrend: not 0: kept out of Trend and Trend2, but not out of Current
CREATE TABLE `TB_Objects` (
    `ObjId` INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `Type` INT NOT NULL,
    `Parent` INT NOT NULL DEFAULT 0,
    `DevId` INT DEFAULT 0,
    `Name` VARCHAR(255) NOT NULL,
    `MemInd` INT,
    `ShortName` VARCHAR(64),
    `TarifId` INT DEFAULT 0,
    `Period` INT DEFAULT 0,
    `Calc` INT DEFAULT 0,
    `CalcId` INT DEFAULT 0,
    `Koeff` DOUBLE,
    `DimId` INT DEFAULT 0,
    `Formula` VARCHAR(255),
    `Accu` INT DEFAULT 0,
    `EnableReact` INT DEFAULT 0,
    `Min1` DOUBLE,
    `Min2` DOUBLE,
    `Max1` DOUBLE,
    `Max2` DOUBLE,
    `ReactAlrm` INT DEFAULT 0,
    `ReactWarn` INT DEFAULT 0,
    `ReactNorm` INT DEFAULT 0,
    `Time1` INT,
    `Time2` INT,
    `HashId` INT,
    `DisableTrend` INT DEFAULT 0
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;
CREATE UNIQUE INDEX `TB_Objects_Parent_Name` ON `TB_Objects` (`Parent`, `Name`);
ALTER TABLE `TB_Objects` ADD COLUMN `DevId_not_zero` INT GENERATED ALWAYS AS (NULLIF(`DevId`, 0)) VIRTUAL INVISIBLE, ADD UNIQUE INDEX `TB_Objects_DevId_MemInd` (`DevId_not_zero`, `MemInd`);
CREATE INDEX `TB_Objects_CalcId` ON `TB_Objects` (`CalcId`);

-- TB_Devices (electro, ledger): Devices, and how they are reached.
--   DevId: number of the device; 1 to 268435455
--   DevNum: a second number, unique; DevId unless given, where that is free
--   Type: class of device (TB_Strings part 2); 0 unknown
--   SubType: kind within the class; 0 unknown
--   SerialNumb: serial number
--   Name: name
--   ConnId: line to it → TB_Connections.ConnId
--   ConnStr: driver settings, KEY=value KEY=value; win over IniStr
--   ConnId2: spare line, tried when the first fails → TB_Connections.ConnId
--   ConnStr2: driver settings on the spare line
--   IsActive: 0 stops polling: 0 off, 1 on
--   FirstDay: day on which its months begin; 0 for calendar months; 0 to 31
--   ModId: channel; overrides its connection's → TB_Modems.ModId
--   LqLim0: least share of good sessions (%); 0 to 100
--   ReactOff: reaction on its loss → TB_Reactions.ReactId
--   ReactOn: reaction on its return → TB_Reactions.ReactId
--   EnableAuto: scheduled polling: 0 off, 1 on
CREATE TABLE `TB_Devices` (
    `DevId` INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `DevNum` INT,
    `Type` INT DEFAULT 0,
    `SubType` INT DEFAULT 0,
    `SerialNumb` VARCHAR(64),
    `Name` VARCHAR(128),
    `ConnId` INT DEFAULT 0,
    `ConnStr` VARCHAR(255),
    `ConnId2` INT DEFAULT 0,
    `ConnStr2` VARCHAR(255),
    `IsActive` INT DEFAULT 1,
    `FirstDay` INT DEFAULT 0,
    `ModId` INT DEFAULT 0,
    `LqLim0` INT,
    `ReactOff` INT DEFAULT 0,
    `ReactOn` INT DEFAULT 0,
    `EnableAuto` INT DEFAULT 1
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;
CREATE UNIQUE INDEX `TB_Devices_DevNum` ON `TB_Devices` (`DevNum`);
CREATE INDEX `TB_Devices_ConnId` ON `TB_Devices` (`ConnId`);

-- TB_Connections (electro, ledger): Connections: a driver and its settings.
--   ConnId: number of the connection; 1 to 268435455
--   DLL: name of the driver
--   IniStr: driver settings, KEY=value KEY=value
--   Name: name
--   ModId: channel → TB_Modems.ModId
CREATE TABLE `TB_Connections` (
    `ConnId` INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `DLL` VARCHAR(32),
    `IniStr` VARCHAR(128),
    `Name` VARCHAR(128),
    `ModId` INT DEFAULT 0
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;

-- TB_Dim (electro, ledger): Units of measure.
--   DimId: number of the unit; 1 to 268435455
--   Name: unit of measure: kWh, Hz, °C
CREATE TABLE `TB_Dim` (
    `DimId` INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `Name` VARCHAR(32) NOT NULL
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;
CREATE UNIQUE INDEX `TB_Dim_Name` ON `TB_Dim` (`Name`);

-- TB_Modems (electro, ledger): Channels that connections use.
--   ModId: number of the channel; 1 to 268435455
--   Name: name
--   Kind: what it is: `tcp`, `serial`, `modem`
--   Address: host and port, device file or telephone number
--   IniStr: settings, KEY=value KEY=value
--   IsActive: 0 keeps it unused: 0 off, 1 on
CREATE TABLE `TB_Modems` (
    `ModId` INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `Name` VARCHAR(128),
    `Kind` VARCHAR(16) NOT NULL DEFAULT 'tcp',
    `Address` VARCHAR(255),
    `IniStr` VARCHAR(128),
    `IsActive` INT DEFAULT 1
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;

-- TB_Tarif (electro, ledger): Tariffs.
--   TarifId: number of the tariff; 1 to 268435455
--   Name: name
--   Selector: the half-hours of a day that count, a 0 or 1 for each
CREATE TABLE `TB_Tarif` (
    `TarifId` INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `Name` VARCHAR(128),
    `Selector` CHAR(48) NOT NULL
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;

-- TB_User (electro, ledger): Users; they are never deleted.
--   UserId: number of the user; 1 to 268435455
--   Name: login name
--   ShName: short name
--   Passw: password hash (Argon2id), never a cipher
--   Rights: bits: 1 configure, 2 users, 4 edit reports, 8 run reports, 16 edit data, 32 write to devices, 64 poll, 128 read, 256 SQL, 512 acknowledge, 1024 control, 2048 jobs, 4096 studies
--   RightsCS: keyed hash over UserId and Rights
--   Exist: 0: suspended; users are never deleted: 0 off, 1 on
--   Groups: numbers of the groups, with commas
--   GroupsCS: keyed hash over UserId and Groups
CREATE TABLE `TB_User` (
    `UserId` INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `Name` VARCHAR(32) NOT NULL,
    `ShName` VARCHAR(16),
    `Passw` VARCHAR(128),
    `Rights` INT NOT NULL DEFAULT 0,
    `RightsCS` BIGINT,
    `Exist` INT NOT NULL DEFAULT 1,
    `Groups` VARCHAR(255),
    `GroupsCS` BIGINT
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;
CREATE UNIQUE INDEX `TB_User_Name` ON `TB_User` (`Name`);

-- TB_Groups (electro, ledger): Groups of users.
--   GroupId: number of the group; 1 to 268435455
--   Name: name
--   Rights: bits as in TB_User
--   RightsCS: keyed hash over GroupId and Rights
CREATE TABLE `TB_Groups` (
    `GroupId` INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `Name` VARCHAR(32) NOT NULL,
    `Rights` INT NOT NULL DEFAULT 0,
    `RightsCS` BIGINT
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;
CREATE UNIQUE INDEX `TB_Groups_Name` ON `TB_Groups` (`Name`);

-- TB_Log (electro, ledger): The journal.
--   LogId: number of the entry
--   UserId: user at that time; 0 for none
--   Category: kind of event: 0 structure of the database, 1 login, logout, change of user, 2 configuration, 3 report templates, 4 reports, 5 polling of devices, 6 import and export, 7 system, 8 manual data
--   Tm: when it happened (s)
--   Event: what happened
--   Prior: priority: 0 message, 1 warning, 2 error
--   RefId: what it is about, its kind in the top 4 bits; 0 to 1879048191
--   Origin: address or program that it came from
--   Before: the old value
--   After: the new value
--   Mac: keyed hash over the entry and the one before it
CREATE TABLE `TB_Log` (
    `LogId` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `UserId` INT DEFAULT 0,
    `Category` INT NOT NULL,
    `Tm` BIGINT NOT NULL,
    `Event` VARCHAR(128),
    `Prior` INT DEFAULT 0,
    `RefId` INT,
    `Origin` VARCHAR(128),
    `Before` LONGTEXT,
    `After` LONGTEXT,
    `Mac` VARCHAR(64)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;
CREATE INDEX `TB_Log_Tm` ON `TB_Log` (`Tm`);

-- TB_Reports (electro, ledger): Report templates and documents.
--   RepId: number of the report; 1 to 268435455
--   Name: name
--   FileName: name of its file in the reports directory
--   Type: what it is: 0 branch, 1 template, 2 document
--   Parent: branch, or the template of a document; 0 for a root → TB_Reports.RepId
--   Media: EXCEL, DOC, HTM or XLS
--   EditCmd: kept, never executed
--   RunCmd: parameters of a run
--   TmCreate: when it was made (s)
--   TmEdit: when it was last changed (s)
--   UserId: who made it → TB_User.UserId
--   Source: the file itself
CREATE TABLE `TB_Reports` (
    `RepId` INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `Name` VARCHAR(128) NOT NULL,
    `FileName` VARCHAR(64),
    `Type` INT NOT NULL,
    `Parent` INT NOT NULL DEFAULT 0,
    `Media` VARCHAR(16),
    `EditCmd` VARCHAR(255),
    `RunCmd` VARCHAR(255),
    `TmCreate` BIGINT,
    `TmEdit` BIGINT,
    `UserId` INT DEFAULT 0,
    `Source` LONGBLOB
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;
CREATE INDEX `TB_Reports_Parent` ON `TB_Reports` (`Parent`);

-- TB_Strings (electro, ledger): Dictionaries of the system.
--   Part: 1 event categories, 2 device types, 3 rights, 4 aggregate functions, 5 preprocessor functions, 6 values of Calc, 7 session errors, 8 security
--   TextId: number within the part
--   Name: the text
--   BinData: bytes that belong to it
--   Comment: remark
CREATE TABLE `TB_Strings` (
    `Part` INT NOT NULL,
    `TextId` INT NOT NULL,
    `Name` VARCHAR(128),
    `BinData` LONGBLOB,
    `Comment` VARCHAR(255),
    PRIMARY KEY (`Part`, `TextId`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;

-- TB_Depend (electro, ledger): Arguments of computed points, each from a time on.
--   ObjId: the computed point; another kind of object in the top 4 bits; 1 to 1879048191
--   VarNumb: number of the argument in its formula
--   BaseId: the base point from then on; kind in the top 4 bits; 1 to 1879048191
--   DT: from when on (s)
CREATE TABLE `TB_Depend` (
    `ObjId` INT NOT NULL,
    `VarNumb` INT NOT NULL,
    `BaseId` INT NOT NULL,
    `DT` BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (`ObjId`, `VarNumb`, `DT`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;
CREATE INDEX `TB_Depend_BaseId` ON `TB_Depend` (`BaseId`);

-- TB_Reactions (electro, ledger): What happens on an event.
--   ReactId: number of the reaction; 1 to 4 are the system's own; 1 to 268435455
--   Name: name
--   EvType: kind of event: 0 normal, 1 warning, 2 alarm, 3 system
--   TxtColor: colour of the message, 0x00RRGGBB; 0 to 16777215
--   Acust: sound: 0 none, 1 beep, 2 melody 1, 3 melody 2
--   RFlags: bits: 1 print, 2 journal, 4 acknowledgement needed, 8 show on screen; 0 to 15
--   AlrId: who is notified; 0 for nobody → TB_Alarms.AlrId
CREATE TABLE `TB_Reactions` (
    `ReactId` INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `Name` VARCHAR(128),
    `EvType` INT DEFAULT 0,
    `TxtColor` INT,
    `Acust` INT DEFAULT 0,
    `RFlags` INT DEFAULT 0,
    `AlrId` INT DEFAULT 0
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;

-- TB_Alarms (electro, ledger): Who is notified, and when.
--   Id: number of the row
--   AlrId: group that TB_Reactions names; several rows may have it
--   TmFrom: active from here (s)
--   TmTo: active until before here (s)
--   WeekDays: a 0 or 1 for each day from Sunday
--   PostId1: tried first → TB_Post.PostId
--   PostId2: tried second → TB_Post.PostId
--   PostId3: tried third → TB_Post.PostId
CREATE TABLE `TB_Alarms` (
    `Id` INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `AlrId` INT NOT NULL,
    `TmFrom` BIGINT,
    `TmTo` BIGINT,
    `WeekDays` VARCHAR(16),
    `PostId1` INT DEFAULT 0,
    `PostId2` INT DEFAULT 0,
    `PostId3` INT DEFAULT 0
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;
CREATE INDEX `TB_Alarms_AlrId` ON `TB_Alarms` (`AlrId`);

-- TB_Post (electro, ledger): Ways to notify.
--   PostId: number of the way to notify; 1 to 268435455
--   Media: how: `FAX`, `PAGER`, `VOICE`, `MAIL`, `NETSEND`, `SPEAK`, `HTTP`, `MQTT`
--   ModId: channel → TB_Modems.ModId
--   WorkZone: hours in which it works, 07:00-22:00
--   Link: number, address or voice
--   TryRetry: how often it is tried again; 0 and above
--   TryAfter: how long between tries (min); 0 and above
CREATE TABLE `TB_Post` (
    `PostId` INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `Media` VARCHAR(16) NOT NULL,
    `ModId` INT DEFAULT 0,
    `WorkZone` VARCHAR(16),
    `Link` VARCHAR(255),
    `TryRetry` INT DEFAULT 0,
    `TryAfter` INT DEFAULT 0
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;

-- TB_Sheduler (electro, ledger): Jobs by the clock.
--   DispId: number of the job; 1 to 268435455
--   ShName: short name
--   Name: name
--   IsActive: whether it runs: 0 off, 1 on
--   StartTime: time of the local day (s); 0 to 86399
--   StartMode: on which days: 0 daily, 1 weekdays, 2 weekly, 3 monthly, 4 once
--   TryRetry: how often a failed run is tried again; 0 and above
--   TryAfter: how long between tries (min); 0 and above
--   TryEvery: repeated so often until StopTime (min); 0 and above
--   StopTime: time of the local day of the last run (s); 0 to 86400
--   ReactId0: reaction on failure → TB_Reactions.ReactId
--   ReactId1: reaction on success → TB_Reactions.ReactId
--   DocInput: electroxml document, or its file
--   DocOutput: its result
--   XmlAction: what it does: 1 poll, 2 recalculate, 3 report, 4 export, 5 set IsActive, 6 import, 7 prune, 8 backup, 9 command, 10 test a device
--   XmlOption: settings, KEY=value KEY=value
CREATE TABLE `TB_Sheduler` (
    `DispId` INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `ShName` VARCHAR(32),
    `Name` VARCHAR(128),
    `IsActive` INT DEFAULT 1,
    `StartTime` INT,
    `StartMode` INT DEFAULT 0,
    `TryRetry` INT DEFAULT 0,
    `TryAfter` INT DEFAULT 0,
    `TryEvery` INT DEFAULT 0,
    `StopTime` INT,
    `ReactId0` INT DEFAULT 0,
    `ReactId1` INT DEFAULT 0,
    `DocInput` VARCHAR(255),
    `DocOutput` LONGBLOB,
    `XmlAction` INT,
    `XmlOption` VARCHAR(255)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;

-- Trend (electro, stratum): History of points.
--   ObjId: the point → TB_Objects.ObjId
--   DT: time since 1970 UTC (s)
--   Val: the value; null with flag X
--   Flag: letters: E estimated, M manual, B from the backup, P partial, V failed validation, S substituted, R replaced or rolled over, U uncertain, X no value; empty is measured and valid
CREATE TABLE `Trend` (
    `ObjId` INT NOT NULL,
    `DT` BIGINT NOT NULL,
    `Val` DOUBLE,
    `Flag` VARCHAR(8),
    PRIMARY KEY (`ObjId`, `DT`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;

-- Trend0 (electro, stratum): What came in and is not yet processed.
--   ObjId: the point → TB_Objects.ObjId
--   DT: time since 1970 UTC (s)
--   Val: the value; null with flag X
--   Flag: letters: E estimated, M manual, B from the backup, P partial, V failed validation, S substituted, R replaced or rolled over, U uncertain, X no value; empty is measured and valid
CREATE TABLE `Trend0` (
    `ObjId` INT NOT NULL,
    `DT` BIGINT NOT NULL,
    `Val` DOUBLE,
    `Flag` VARCHAR(8),
    PRIMARY KEY (`ObjId`, `DT`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;

-- Trend2 (electro, stratum): History of the second level.
--   ObjId: the point → TB_Objects.ObjId
--   DT: time since 1970 UTC (s)
--   Val: the value; null with flag X
--   Flag: letters: E estimated, M manual, B from the backup, P partial, V failed validation, S substituted, R replaced or rolled over, U uncertain, X no value; empty is measured and valid
CREATE TABLE `Trend2` (
    `ObjId` INT NOT NULL,
    `DT` BIGINT NOT NULL,
    `Val` DOUBLE,
    `Flag` VARCHAR(8),
    PRIMARY KEY (`ObjId`, `DT`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;

-- Current (electro, ledger): The newest value and the state of each point.
--   ObjId: the point → TB_Objects.ObjId
--   DT: time since 1970 UTC (s)
--   Val: the value; null with flag X
--   Flag: letters: E estimated, M manual, B from the backup, P partial, V failed validation, S substituted, R replaced or rolled over, U uncertain, X no value; empty is measured and valid
--   EvState: 16 times level plus sublevel
--   ExText: text of the state
--   EvSince: since when the state holds (s)
CREATE TABLE `Current` (
    `ObjId` INT NOT NULL,
    `DT` BIGINT NOT NULL,
    `Val` DOUBLE,
    `Flag` VARCHAR(8),
    `EvState` INT DEFAULT 0,
    `ExText` VARCHAR(255),
    `EvSince` BIGINT,
    PRIMARY KEY (`ObjId`),
    FOREIGN KEY (`ObjId`) REFERENCES `TB_Objects` (`ObjId`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;

-- dcop_collect_bt (dcop, stratum): One row for each tool and production second.
--   VsPrimaryKey: {tool_id}_{yyyyMMddHHmmss}_SS for a live row, _RE for one back-filled; UTC
--   tool_id: the tool
--   time_order: plant time as yyyy/MM/dd HH:mm:ss
--   claim_time: the second that the row is of, UTC
--   rec_time: when it was stored
--   node_id: node that collected it
--   n01 to n360: number; dcop_conf_bt tells which
--   s01 to s10: text; dcop_conf_bt tells which
CREATE TABLE `dcop_collect_bt` (
    `VsPrimaryKey` VARCHAR(60) NOT NULL,
    `tool_id` VARCHAR(12) NOT NULL,
    `time_order` VARCHAR(19),
    `claim_time` DATETIME(3) NOT NULL,
    `rec_time` DATETIME(3),
    `node_id` VARCHAR(16),
    `n01` DOUBLE,
    `n02` DOUBLE,
    `n03` DOUBLE,
    `n04` DOUBLE,
    `n05` DOUBLE,
    `n06` DOUBLE,
    `n07` DOUBLE,
    `n08` DOUBLE,
    `n09` DOUBLE,
    `n10` DOUBLE,
    `n11` DOUBLE,
    `n12` DOUBLE,
    `n13` DOUBLE,
    `n14` DOUBLE,
    `n15` DOUBLE,
    `n16` DOUBLE,
    `n17` DOUBLE,
    `n18` DOUBLE,
    `n19` DOUBLE,
    `n20` DOUBLE,
    `n21` DOUBLE,
    `n22` DOUBLE,
    `n23` DOUBLE,
    `n24` DOUBLE,
    `n25` DOUBLE,
    `n26` DOUBLE,
    `n27` DOUBLE,
    `n28` DOUBLE,
    `n29` DOUBLE,
    `n30` DOUBLE,
    `n31` DOUBLE,
    `n32` DOUBLE,
    `n33` DOUBLE,
    `n34` DOUBLE,
    `n35` DOUBLE,
    `n36` DOUBLE,
    `n37` DOUBLE,
    `n38` DOUBLE,
    `n39` DOUBLE,
    `n40` DOUBLE,
    `n41` DOUBLE,
    `n42` DOUBLE,
    `n43` DOUBLE,
    `n44` DOUBLE,
    `n45` DOUBLE,
    `n46` DOUBLE,
    `n47` DOUBLE,
    `n48` DOUBLE,
    `n49` DOUBLE,
    `n50` DOUBLE,
    `n51` DOUBLE,
    `n52` DOUBLE,
    `n53` DOUBLE,
    `n54` DOUBLE,
    `n55` DOUBLE,
    `n56` DOUBLE,
    `n57` DOUBLE,
    `n58` DOUBLE,
    `n59` DOUBLE,
    `n60` DOUBLE,
    `n61` DOUBLE,
    `n62` DOUBLE,
    `n63` DOUBLE,
    `n64` DOUBLE,
    `n65` DOUBLE,
    `n66` DOUBLE,
    `n67` DOUBLE,
    `n68` DOUBLE,
    `n69` DOUBLE,
    `n70` DOUBLE,
    `n71` DOUBLE,
    `n72` DOUBLE,
    `n73` DOUBLE,
    `n74` DOUBLE,
    `n75` DOUBLE,
    `n76` DOUBLE,
    `n77` DOUBLE,
    `n78` DOUBLE,
    `n79` DOUBLE,
    `n80` DOUBLE,
    `n81` DOUBLE,
    `n82` DOUBLE,
    `n83` DOUBLE,
    `n84` DOUBLE,
    `n85` DOUBLE,
    `n86` DOUBLE,
    `n87` DOUBLE,
    `n88` DOUBLE,
    `n89` DOUBLE,
    `n90` DOUBLE,
    `n91` DOUBLE,
    `n92` DOUBLE,
    `n93` DOUBLE,
    `n94` DOUBLE,
    `n95` DOUBLE,
    `n96` DOUBLE,
    `n97` DOUBLE,
    `n98` DOUBLE,
    `n99` DOUBLE,
    `n100` DOUBLE,
    `n101` DOUBLE,
    `n102` DOUBLE,
    `n103` DOUBLE,
    `n104` DOUBLE,
    `n105` DOUBLE,
    `n106` DOUBLE,
    `n107` DOUBLE,
    `n108` DOUBLE,
    `n109` DOUBLE,
    `n110` DOUBLE,
    `n111` DOUBLE,
    `n112` DOUBLE,
    `n113` DOUBLE,
    `n114` DOUBLE,
    `n115` DOUBLE,
    `n116` DOUBLE,
    `n117` DOUBLE,
    `n118` DOUBLE,
    `n119` DOUBLE,
    `n120` DOUBLE,
    `n121` DOUBLE,
    `n122` DOUBLE,
    `n123` DOUBLE,
    `n124` DOUBLE,
    `n125` DOUBLE,
    `n126` DOUBLE,
    `n127` DOUBLE,
    `n128` DOUBLE,
    `n129` DOUBLE,
    `n130` DOUBLE,
    `n131` DOUBLE,
    `n132` DOUBLE,
    `n133` DOUBLE,
    `n134` DOUBLE,
    `n135` DOUBLE,
    `n136` DOUBLE,
    `n137` DOUBLE,
    `n138` DOUBLE,
    `n139` DOUBLE,
    `n140` DOUBLE,
    `n141` DOUBLE,
    `n142` DOUBLE,
    `n143` DOUBLE,
    `n144` DOUBLE,
    `n145` DOUBLE,
    `n146` DOUBLE,
    `n147` DOUBLE,
    `n148` DOUBLE,
    `n149` DOUBLE,
    `n150` DOUBLE,
    `n151` DOUBLE,
    `n152` DOUBLE,
    `n153` DOUBLE,
    `n154` DOUBLE,
    `n155` DOUBLE,
    `n156` DOUBLE,
    `n157` DOUBLE,
    `n158` DOUBLE,
    `n159` DOUBLE,
    `n160` DOUBLE,
    `n161` DOUBLE,
    `n162` DOUBLE,
    `n163` DOUBLE,
    `n164` DOUBLE,
    `n165` DOUBLE,
    `n166` DOUBLE,
    `n167` DOUBLE,
    `n168` DOUBLE,
    `n169` DOUBLE,
    `n170` DOUBLE,
    `n171` DOUBLE,
    `n172` DOUBLE,
    `n173` DOUBLE,
    `n174` DOUBLE,
    `n175` DOUBLE,
    `n176` DOUBLE,
    `n177` DOUBLE,
    `n178` DOUBLE,
    `n179` DOUBLE,
    `n180` DOUBLE,
    `n181` DOUBLE,
    `n182` DOUBLE,
    `n183` DOUBLE,
    `n184` DOUBLE,
    `n185` DOUBLE,
    `n186` DOUBLE,
    `n187` DOUBLE,
    `n188` DOUBLE,
    `n189` DOUBLE,
    `n190` DOUBLE,
    `n191` DOUBLE,
    `n192` DOUBLE,
    `n193` DOUBLE,
    `n194` DOUBLE,
    `n195` DOUBLE,
    `n196` DOUBLE,
    `n197` DOUBLE,
    `n198` DOUBLE,
    `n199` DOUBLE,
    `n200` DOUBLE,
    `n201` DOUBLE,
    `n202` DOUBLE,
    `n203` DOUBLE,
    `n204` DOUBLE,
    `n205` DOUBLE,
    `n206` DOUBLE,
    `n207` DOUBLE,
    `n208` DOUBLE,
    `n209` DOUBLE,
    `n210` DOUBLE,
    `n211` DOUBLE,
    `n212` DOUBLE,
    `n213` DOUBLE,
    `n214` DOUBLE,
    `n215` DOUBLE,
    `n216` DOUBLE,
    `n217` DOUBLE,
    `n218` DOUBLE,
    `n219` DOUBLE,
    `n220` DOUBLE,
    `n221` DOUBLE,
    `n222` DOUBLE,
    `n223` DOUBLE,
    `n224` DOUBLE,
    `n225` DOUBLE,
    `n226` DOUBLE,
    `n227` DOUBLE,
    `n228` DOUBLE,
    `n229` DOUBLE,
    `n230` DOUBLE,
    `n231` DOUBLE,
    `n232` DOUBLE,
    `n233` DOUBLE,
    `n234` DOUBLE,
    `n235` DOUBLE,
    `n236` DOUBLE,
    `n237` DOUBLE,
    `n238` DOUBLE,
    `n239` DOUBLE,
    `n240` DOUBLE,
    `n241` DOUBLE,
    `n242` DOUBLE,
    `n243` DOUBLE,
    `n244` DOUBLE,
    `n245` DOUBLE,
    `n246` DOUBLE,
    `n247` DOUBLE,
    `n248` DOUBLE,
    `n249` DOUBLE,
    `n250` DOUBLE,
    `n251` DOUBLE,
    `n252` DOUBLE,
    `n253` DOUBLE,
    `n254` DOUBLE,
    `n255` DOUBLE,
    `n256` DOUBLE,
    `n257` DOUBLE,
    `n258` DOUBLE,
    `n259` DOUBLE,
    `n260` DOUBLE,
    `n261` DOUBLE,
    `n262` DOUBLE,
    `n263` DOUBLE,
    `n264` DOUBLE,
    `n265` DOUBLE,
    `n266` DOUBLE,
    `n267` DOUBLE,
    `n268` DOUBLE,
    `n269` DOUBLE,
    `n270` DOUBLE,
    `n271` DOUBLE,
    `n272` DOUBLE,
    `n273` DOUBLE,
    `n274` DOUBLE,
    `n275` DOUBLE,
    `n276` DOUBLE,
    `n277` DOUBLE,
    `n278` DOUBLE,
    `n279` DOUBLE,
    `n280` DOUBLE,
    `n281` DOUBLE,
    `n282` DOUBLE,
    `n283` DOUBLE,
    `n284` DOUBLE,
    `n285` DOUBLE,
    `n286` DOUBLE,
    `n287` DOUBLE,
    `n288` DOUBLE,
    `n289` DOUBLE,
    `n290` DOUBLE,
    `n291` DOUBLE,
    `n292` DOUBLE,
    `n293` DOUBLE,
    `n294` DOUBLE,
    `n295` DOUBLE,
    `n296` DOUBLE,
    `n297` DOUBLE,
    `n298` DOUBLE,
    `n299` DOUBLE,
    `n300` DOUBLE,
    `n301` DOUBLE,
    `n302` DOUBLE,
    `n303` DOUBLE,
    `n304` DOUBLE,
    `n305` DOUBLE,
    `n306` DOUBLE,
    `n307` DOUBLE,
    `n308` DOUBLE,
    `n309` DOUBLE,
    `n310` DOUBLE,
    `n311` DOUBLE,
    `n312` DOUBLE,
    `n313` DOUBLE,
    `n314` DOUBLE,
    `n315` DOUBLE,
    `n316` DOUBLE,
    `n317` DOUBLE,
    `n318` DOUBLE,
    `n319` DOUBLE,
    `n320` DOUBLE,
    `n321` DOUBLE,
    `n322` DOUBLE,
    `n323` DOUBLE,
    `n324` DOUBLE,
    `n325` DOUBLE,
    `n326` DOUBLE,
    `n327` DOUBLE,
    `n328` DOUBLE,
    `n329` DOUBLE,
    `n330` DOUBLE,
    `n331` DOUBLE,
    `n332` DOUBLE,
    `n333` DOUBLE,
    `n334` DOUBLE,
    `n335` DOUBLE,
    `n336` DOUBLE,
    `n337` DOUBLE,
    `n338` DOUBLE,
    `n339` DOUBLE,
    `n340` DOUBLE,
    `n341` DOUBLE,
    `n342` DOUBLE,
    `n343` DOUBLE,
    `n344` DOUBLE,
    `n345` DOUBLE,
    `n346` DOUBLE,
    `n347` DOUBLE,
    `n348` DOUBLE,
    `n349` DOUBLE,
    `n350` DOUBLE,
    `n351` DOUBLE,
    `n352` DOUBLE,
    `n353` DOUBLE,
    `n354` DOUBLE,
    `n355` DOUBLE,
    `n356` DOUBLE,
    `n357` DOUBLE,
    `n358` DOUBLE,
    `n359` DOUBLE,
    `n360` DOUBLE,
    `s01` VARCHAR(64),
    `s02` VARCHAR(64),
    `s03` VARCHAR(64),
    `s04` VARCHAR(64),
    `s05` VARCHAR(64),
    `s06` VARCHAR(64),
    `s07` VARCHAR(64),
    `s08` VARCHAR(64),
    `s09` VARCHAR(64),
    `s10` VARCHAR(64),
    PRIMARY KEY (`VsPrimaryKey`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;
CREATE INDEX `dcop_collect_bt_tool_id_claim_time` ON `dcop_collect_bt` (`tool_id`, `claim_time`);

-- dcop_collect_bth (dcop, stratum): Older rows of dcop_collect_bt.
--   VsPrimaryKey: {tool_id}_{yyyyMMddHHmmss}_SS for a live row, _RE for one back-filled; UTC
--   tool_id: the tool
--   time_order: plant time as yyyy/MM/dd HH:mm:ss
--   claim_time: the second that the row is of, UTC
--   rec_time: when it was stored
--   node_id: node that collected it
--   n01 to n360: number; dcop_conf_bt tells which
--   s01 to s10: text; dcop_conf_bt tells which
CREATE TABLE `dcop_collect_bth` (
    `VsPrimaryKey` VARCHAR(60) NOT NULL,
    `tool_id` VARCHAR(12) NOT NULL,
    `time_order` VARCHAR(19),
    `claim_time` DATETIME(3) NOT NULL,
    `rec_time` DATETIME(3),
    `node_id` VARCHAR(16),
    `n01` DOUBLE,
    `n02` DOUBLE,
    `n03` DOUBLE,
    `n04` DOUBLE,
    `n05` DOUBLE,
    `n06` DOUBLE,
    `n07` DOUBLE,
    `n08` DOUBLE,
    `n09` DOUBLE,
    `n10` DOUBLE,
    `n11` DOUBLE,
    `n12` DOUBLE,
    `n13` DOUBLE,
    `n14` DOUBLE,
    `n15` DOUBLE,
    `n16` DOUBLE,
    `n17` DOUBLE,
    `n18` DOUBLE,
    `n19` DOUBLE,
    `n20` DOUBLE,
    `n21` DOUBLE,
    `n22` DOUBLE,
    `n23` DOUBLE,
    `n24` DOUBLE,
    `n25` DOUBLE,
    `n26` DOUBLE,
    `n27` DOUBLE,
    `n28` DOUBLE,
    `n29` DOUBLE,
    `n30` DOUBLE,
    `n31` DOUBLE,
    `n32` DOUBLE,
    `n33` DOUBLE,
    `n34` DOUBLE,
    `n35` DOUBLE,
    `n36` DOUBLE,
    `n37` DOUBLE,
    `n38` DOUBLE,
    `n39` DOUBLE,
    `n40` DOUBLE,
    `n41` DOUBLE,
    `n42` DOUBLE,
    `n43` DOUBLE,
    `n44` DOUBLE,
    `n45` DOUBLE,
    `n46` DOUBLE,
    `n47` DOUBLE,
    `n48` DOUBLE,
    `n49` DOUBLE,
    `n50` DOUBLE,
    `n51` DOUBLE,
    `n52` DOUBLE,
    `n53` DOUBLE,
    `n54` DOUBLE,
    `n55` DOUBLE,
    `n56` DOUBLE,
    `n57` DOUBLE,
    `n58` DOUBLE,
    `n59` DOUBLE,
    `n60` DOUBLE,
    `n61` DOUBLE,
    `n62` DOUBLE,
    `n63` DOUBLE,
    `n64` DOUBLE,
    `n65` DOUBLE,
    `n66` DOUBLE,
    `n67` DOUBLE,
    `n68` DOUBLE,
    `n69` DOUBLE,
    `n70` DOUBLE,
    `n71` DOUBLE,
    `n72` DOUBLE,
    `n73` DOUBLE,
    `n74` DOUBLE,
    `n75` DOUBLE,
    `n76` DOUBLE,
    `n77` DOUBLE,
    `n78` DOUBLE,
    `n79` DOUBLE,
    `n80` DOUBLE,
    `n81` DOUBLE,
    `n82` DOUBLE,
    `n83` DOUBLE,
    `n84` DOUBLE,
    `n85` DOUBLE,
    `n86` DOUBLE,
    `n87` DOUBLE,
    `n88` DOUBLE,
    `n89` DOUBLE,
    `n90` DOUBLE,
    `n91` DOUBLE,
    `n92` DOUBLE,
    `n93` DOUBLE,
    `n94` DOUBLE,
    `n95` DOUBLE,
    `n96` DOUBLE,
    `n97` DOUBLE,
    `n98` DOUBLE,
    `n99` DOUBLE,
    `n100` DOUBLE,
    `n101` DOUBLE,
    `n102` DOUBLE,
    `n103` DOUBLE,
    `n104` DOUBLE,
    `n105` DOUBLE,
    `n106` DOUBLE,
    `n107` DOUBLE,
    `n108` DOUBLE,
    `n109` DOUBLE,
    `n110` DOUBLE,
    `n111` DOUBLE,
    `n112` DOUBLE,
    `n113` DOUBLE,
    `n114` DOUBLE,
    `n115` DOUBLE,
    `n116` DOUBLE,
    `n117` DOUBLE,
    `n118` DOUBLE,
    `n119` DOUBLE,
    `n120` DOUBLE,
    `n121` DOUBLE,
    `n122` DOUBLE,
    `n123` DOUBLE,
    `n124` DOUBLE,
    `n125` DOUBLE,
    `n126` DOUBLE,
    `n127` DOUBLE,
    `n128` DOUBLE,
    `n129` DOUBLE,
    `n130` DOUBLE,
    `n131` DOUBLE,
    `n132` DOUBLE,
    `n133` DOUBLE,
    `n134` DOUBLE,
    `n135` DOUBLE,
    `n136` DOUBLE,
    `n137` DOUBLE,
    `n138` DOUBLE,
    `n139` DOUBLE,
    `n140` DOUBLE,
    `n141` DOUBLE,
    `n142` DOUBLE,
    `n143` DOUBLE,
    `n144` DOUBLE,
    `n145` DOUBLE,
    `n146` DOUBLE,
    `n147` DOUBLE,
    `n148` DOUBLE,
    `n149` DOUBLE,
    `n150` DOUBLE,
    `n151` DOUBLE,
    `n152` DOUBLE,
    `n153` DOUBLE,
    `n154` DOUBLE,
    `n155` DOUBLE,
    `n156` DOUBLE,
    `n157` DOUBLE,
    `n158` DOUBLE,
    `n159` DOUBLE,
    `n160` DOUBLE,
    `n161` DOUBLE,
    `n162` DOUBLE,
    `n163` DOUBLE,
    `n164` DOUBLE,
    `n165` DOUBLE,
    `n166` DOUBLE,
    `n167` DOUBLE,
    `n168` DOUBLE,
    `n169` DOUBLE,
    `n170` DOUBLE,
    `n171` DOUBLE,
    `n172` DOUBLE,
    `n173` DOUBLE,
    `n174` DOUBLE,
    `n175` DOUBLE,
    `n176` DOUBLE,
    `n177` DOUBLE,
    `n178` DOUBLE,
    `n179` DOUBLE,
    `n180` DOUBLE,
    `n181` DOUBLE,
    `n182` DOUBLE,
    `n183` DOUBLE,
    `n184` DOUBLE,
    `n185` DOUBLE,
    `n186` DOUBLE,
    `n187` DOUBLE,
    `n188` DOUBLE,
    `n189` DOUBLE,
    `n190` DOUBLE,
    `n191` DOUBLE,
    `n192` DOUBLE,
    `n193` DOUBLE,
    `n194` DOUBLE,
    `n195` DOUBLE,
    `n196` DOUBLE,
    `n197` DOUBLE,
    `n198` DOUBLE,
    `n199` DOUBLE,
    `n200` DOUBLE,
    `n201` DOUBLE,
    `n202` DOUBLE,
    `n203` DOUBLE,
    `n204` DOUBLE,
    `n205` DOUBLE,
    `n206` DOUBLE,
    `n207` DOUBLE,
    `n208` DOUBLE,
    `n209` DOUBLE,
    `n210` DOUBLE,
    `n211` DOUBLE,
    `n212` DOUBLE,
    `n213` DOUBLE,
    `n214` DOUBLE,
    `n215` DOUBLE,
    `n216` DOUBLE,
    `n217` DOUBLE,
    `n218` DOUBLE,
    `n219` DOUBLE,
    `n220` DOUBLE,
    `n221` DOUBLE,
    `n222` DOUBLE,
    `n223` DOUBLE,
    `n224` DOUBLE,
    `n225` DOUBLE,
    `n226` DOUBLE,
    `n227` DOUBLE,
    `n228` DOUBLE,
    `n229` DOUBLE,
    `n230` DOUBLE,
    `n231` DOUBLE,
    `n232` DOUBLE,
    `n233` DOUBLE,
    `n234` DOUBLE,
    `n235` DOUBLE,
    `n236` DOUBLE,
    `n237` DOUBLE,
    `n238` DOUBLE,
    `n239` DOUBLE,
    `n240` DOUBLE,
    `n241` DOUBLE,
    `n242` DOUBLE,
    `n243` DOUBLE,
    `n244` DOUBLE,
    `n245` DOUBLE,
    `n246` DOUBLE,
    `n247` DOUBLE,
    `n248` DOUBLE,
    `n249` DOUBLE,
    `n250` DOUBLE,
    `n251` DOUBLE,
    `n252` DOUBLE,
    `n253` DOUBLE,
    `n254` DOUBLE,
    `n255` DOUBLE,
    `n256` DOUBLE,
    `n257` DOUBLE,
    `n258` DOUBLE,
    `n259` DOUBLE,
    `n260` DOUBLE,
    `n261` DOUBLE,
    `n262` DOUBLE,
    `n263` DOUBLE,
    `n264` DOUBLE,
    `n265` DOUBLE,
    `n266` DOUBLE,
    `n267` DOUBLE,
    `n268` DOUBLE,
    `n269` DOUBLE,
    `n270` DOUBLE,
    `n271` DOUBLE,
    `n272` DOUBLE,
    `n273` DOUBLE,
    `n274` DOUBLE,
    `n275` DOUBLE,
    `n276` DOUBLE,
    `n277` DOUBLE,
    `n278` DOUBLE,
    `n279` DOUBLE,
    `n280` DOUBLE,
    `n281` DOUBLE,
    `n282` DOUBLE,
    `n283` DOUBLE,
    `n284` DOUBLE,
    `n285` DOUBLE,
    `n286` DOUBLE,
    `n287` DOUBLE,
    `n288` DOUBLE,
    `n289` DOUBLE,
    `n290` DOUBLE,
    `n291` DOUBLE,
    `n292` DOUBLE,
    `n293` DOUBLE,
    `n294` DOUBLE,
    `n295` DOUBLE,
    `n296` DOUBLE,
    `n297` DOUBLE,
    `n298` DOUBLE,
    `n299` DOUBLE,
    `n300` DOUBLE,
    `n301` DOUBLE,
    `n302` DOUBLE,
    `n303` DOUBLE,
    `n304` DOUBLE,
    `n305` DOUBLE,
    `n306` DOUBLE,
    `n307` DOUBLE,
    `n308` DOUBLE,
    `n309` DOUBLE,
    `n310` DOUBLE,
    `n311` DOUBLE,
    `n312` DOUBLE,
    `n313` DOUBLE,
    `n314` DOUBLE,
    `n315` DOUBLE,
    `n316` DOUBLE,
    `n317` DOUBLE,
    `n318` DOUBLE,
    `n319` DOUBLE,
    `n320` DOUBLE,
    `n321` DOUBLE,
    `n322` DOUBLE,
    `n323` DOUBLE,
    `n324` DOUBLE,
    `n325` DOUBLE,
    `n326` DOUBLE,
    `n327` DOUBLE,
    `n328` DOUBLE,
    `n329` DOUBLE,
    `n330` DOUBLE,
    `n331` DOUBLE,
    `n332` DOUBLE,
    `n333` DOUBLE,
    `n334` DOUBLE,
    `n335` DOUBLE,
    `n336` DOUBLE,
    `n337` DOUBLE,
    `n338` DOUBLE,
    `n339` DOUBLE,
    `n340` DOUBLE,
    `n341` DOUBLE,
    `n342` DOUBLE,
    `n343` DOUBLE,
    `n344` DOUBLE,
    `n345` DOUBLE,
    `n346` DOUBLE,
    `n347` DOUBLE,
    `n348` DOUBLE,
    `n349` DOUBLE,
    `n350` DOUBLE,
    `n351` DOUBLE,
    `n352` DOUBLE,
    `n353` DOUBLE,
    `n354` DOUBLE,
    `n355` DOUBLE,
    `n356` DOUBLE,
    `n357` DOUBLE,
    `n358` DOUBLE,
    `n359` DOUBLE,
    `n360` DOUBLE,
    `s01` VARCHAR(64),
    `s02` VARCHAR(64),
    `s03` VARCHAR(64),
    `s04` VARCHAR(64),
    `s05` VARCHAR(64),
    `s06` VARCHAR(64),
    `s07` VARCHAR(64),
    `s08` VARCHAR(64),
    `s09` VARCHAR(64),
    `s10` VARCHAR(64),
    PRIMARY KEY (`VsPrimaryKey`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;
CREATE INDEX `dcop_collect_bth_tool_id_claim_time` ON `dcop_collect_bth` (`tool_id`, `claim_time`);

-- dcop_collect_ct (dcop, stratum): One row for each production cycle.
--   VsPrimaryKey: {tool_id}_{yyyyMMddHHmmss}_SS for a live row, _RE for one back-filled; UTC
--   tool_id: the tool
--   time_order: plant time as yyyy/MM/dd HH:mm:ss
--   claim_time: the second that the row is of, UTC
--   rec_time: when it was stored
--   node_id: node that collected it
--   n01 to n360: number; dcop_conf_bt tells which
--   s01 to s10: text; dcop_conf_bt tells which
--   cycle_no: number of the cycle; advances with the counter
--   start_time: start of the cycle
--   end_time: end of the cycle
--   sample_count: rows of the cycle
--   recipe: recipe that ran
--   lot: lot
--   result: how it ended: 0 unknown, 1 good, 2 bad
CREATE TABLE `dcop_collect_ct` (
    `VsPrimaryKey` VARCHAR(60) NOT NULL,
    `tool_id` VARCHAR(12) NOT NULL,
    `time_order` VARCHAR(19),
    `claim_time` DATETIME(3) NOT NULL,
    `rec_time` DATETIME(3),
    `node_id` VARCHAR(16),
    `n01` DOUBLE,
    `n02` DOUBLE,
    `n03` DOUBLE,
    `n04` DOUBLE,
    `n05` DOUBLE,
    `n06` DOUBLE,
    `n07` DOUBLE,
    `n08` DOUBLE,
    `n09` DOUBLE,
    `n10` DOUBLE,
    `n11` DOUBLE,
    `n12` DOUBLE,
    `n13` DOUBLE,
    `n14` DOUBLE,
    `n15` DOUBLE,
    `n16` DOUBLE,
    `n17` DOUBLE,
    `n18` DOUBLE,
    `n19` DOUBLE,
    `n20` DOUBLE,
    `n21` DOUBLE,
    `n22` DOUBLE,
    `n23` DOUBLE,
    `n24` DOUBLE,
    `n25` DOUBLE,
    `n26` DOUBLE,
    `n27` DOUBLE,
    `n28` DOUBLE,
    `n29` DOUBLE,
    `n30` DOUBLE,
    `n31` DOUBLE,
    `n32` DOUBLE,
    `n33` DOUBLE,
    `n34` DOUBLE,
    `n35` DOUBLE,
    `n36` DOUBLE,
    `n37` DOUBLE,
    `n38` DOUBLE,
    `n39` DOUBLE,
    `n40` DOUBLE,
    `n41` DOUBLE,
    `n42` DOUBLE,
    `n43` DOUBLE,
    `n44` DOUBLE,
    `n45` DOUBLE,
    `n46` DOUBLE,
    `n47` DOUBLE,
    `n48` DOUBLE,
    `n49` DOUBLE,
    `n50` DOUBLE,
    `n51` DOUBLE,
    `n52` DOUBLE,
    `n53` DOUBLE,
    `n54` DOUBLE,
    `n55` DOUBLE,
    `n56` DOUBLE,
    `n57` DOUBLE,
    `n58` DOUBLE,
    `n59` DOUBLE,
    `n60` DOUBLE,
    `n61` DOUBLE,
    `n62` DOUBLE,
    `n63` DOUBLE,
    `n64` DOUBLE,
    `n65` DOUBLE,
    `n66` DOUBLE,
    `n67` DOUBLE,
    `n68` DOUBLE,
    `n69` DOUBLE,
    `n70` DOUBLE,
    `n71` DOUBLE,
    `n72` DOUBLE,
    `n73` DOUBLE,
    `n74` DOUBLE,
    `n75` DOUBLE,
    `n76` DOUBLE,
    `n77` DOUBLE,
    `n78` DOUBLE,
    `n79` DOUBLE,
    `n80` DOUBLE,
    `n81` DOUBLE,
    `n82` DOUBLE,
    `n83` DOUBLE,
    `n84` DOUBLE,
    `n85` DOUBLE,
    `n86` DOUBLE,
    `n87` DOUBLE,
    `n88` DOUBLE,
    `n89` DOUBLE,
    `n90` DOUBLE,
    `n91` DOUBLE,
    `n92` DOUBLE,
    `n93` DOUBLE,
    `n94` DOUBLE,
    `n95` DOUBLE,
    `n96` DOUBLE,
    `n97` DOUBLE,
    `n98` DOUBLE,
    `n99` DOUBLE,
    `n100` DOUBLE,
    `n101` DOUBLE,
    `n102` DOUBLE,
    `n103` DOUBLE,
    `n104` DOUBLE,
    `n105` DOUBLE,
    `n106` DOUBLE,
    `n107` DOUBLE,
    `n108` DOUBLE,
    `n109` DOUBLE,
    `n110` DOUBLE,
    `n111` DOUBLE,
    `n112` DOUBLE,
    `n113` DOUBLE,
    `n114` DOUBLE,
    `n115` DOUBLE,
    `n116` DOUBLE,
    `n117` DOUBLE,
    `n118` DOUBLE,
    `n119` DOUBLE,
    `n120` DOUBLE,
    `n121` DOUBLE,
    `n122` DOUBLE,
    `n123` DOUBLE,
    `n124` DOUBLE,
    `n125` DOUBLE,
    `n126` DOUBLE,
    `n127` DOUBLE,
    `n128` DOUBLE,
    `n129` DOUBLE,
    `n130` DOUBLE,
    `n131` DOUBLE,
    `n132` DOUBLE,
    `n133` DOUBLE,
    `n134` DOUBLE,
    `n135` DOUBLE,
    `n136` DOUBLE,
    `n137` DOUBLE,
    `n138` DOUBLE,
    `n139` DOUBLE,
    `n140` DOUBLE,
    `n141` DOUBLE,
    `n142` DOUBLE,
    `n143` DOUBLE,
    `n144` DOUBLE,
    `n145` DOUBLE,
    `n146` DOUBLE,
    `n147` DOUBLE,
    `n148` DOUBLE,
    `n149` DOUBLE,
    `n150` DOUBLE,
    `n151` DOUBLE,
    `n152` DOUBLE,
    `n153` DOUBLE,
    `n154` DOUBLE,
    `n155` DOUBLE,
    `n156` DOUBLE,
    `n157` DOUBLE,
    `n158` DOUBLE,
    `n159` DOUBLE,
    `n160` DOUBLE,
    `n161` DOUBLE,
    `n162` DOUBLE,
    `n163` DOUBLE,
    `n164` DOUBLE,
    `n165` DOUBLE,
    `n166` DOUBLE,
    `n167` DOUBLE,
    `n168` DOUBLE,
    `n169` DOUBLE,
    `n170` DOUBLE,
    `n171` DOUBLE,
    `n172` DOUBLE,
    `n173` DOUBLE,
    `n174` DOUBLE,
    `n175` DOUBLE,
    `n176` DOUBLE,
    `n177` DOUBLE,
    `n178` DOUBLE,
    `n179` DOUBLE,
    `n180` DOUBLE,
    `n181` DOUBLE,
    `n182` DOUBLE,
    `n183` DOUBLE,
    `n184` DOUBLE,
    `n185` DOUBLE,
    `n186` DOUBLE,
    `n187` DOUBLE,
    `n188` DOUBLE,
    `n189` DOUBLE,
    `n190` DOUBLE,
    `n191` DOUBLE,
    `n192` DOUBLE,
    `n193` DOUBLE,
    `n194` DOUBLE,
    `n195` DOUBLE,
    `n196` DOUBLE,
    `n197` DOUBLE,
    `n198` DOUBLE,
    `n199` DOUBLE,
    `n200` DOUBLE,
    `n201` DOUBLE,
    `n202` DOUBLE,
    `n203` DOUBLE,
    `n204` DOUBLE,
    `n205` DOUBLE,
    `n206` DOUBLE,
    `n207` DOUBLE,
    `n208` DOUBLE,
    `n209` DOUBLE,
    `n210` DOUBLE,
    `n211` DOUBLE,
    `n212` DOUBLE,
    `n213` DOUBLE,
    `n214` DOUBLE,
    `n215` DOUBLE,
    `n216` DOUBLE,
    `n217` DOUBLE,
    `n218` DOUBLE,
    `n219` DOUBLE,
    `n220` DOUBLE,
    `n221` DOUBLE,
    `n222` DOUBLE,
    `n223` DOUBLE,
    `n224` DOUBLE,
    `n225` DOUBLE,
    `n226` DOUBLE,
    `n227` DOUBLE,
    `n228` DOUBLE,
    `n229` DOUBLE,
    `n230` DOUBLE,
    `n231` DOUBLE,
    `n232` DOUBLE,
    `n233` DOUBLE,
    `n234` DOUBLE,
    `n235` DOUBLE,
    `n236` DOUBLE,
    `n237` DOUBLE,
    `n238` DOUBLE,
    `n239` DOUBLE,
    `n240` DOUBLE,
    `n241` DOUBLE,
    `n242` DOUBLE,
    `n243` DOUBLE,
    `n244` DOUBLE,
    `n245` DOUBLE,
    `n246` DOUBLE,
    `n247` DOUBLE,
    `n248` DOUBLE,
    `n249` DOUBLE,
    `n250` DOUBLE,
    `n251` DOUBLE,
    `n252` DOUBLE,
    `n253` DOUBLE,
    `n254` DOUBLE,
    `n255` DOUBLE,
    `n256` DOUBLE,
    `n257` DOUBLE,
    `n258` DOUBLE,
    `n259` DOUBLE,
    `n260` DOUBLE,
    `n261` DOUBLE,
    `n262` DOUBLE,
    `n263` DOUBLE,
    `n264` DOUBLE,
    `n265` DOUBLE,
    `n266` DOUBLE,
    `n267` DOUBLE,
    `n268` DOUBLE,
    `n269` DOUBLE,
    `n270` DOUBLE,
    `n271` DOUBLE,
    `n272` DOUBLE,
    `n273` DOUBLE,
    `n274` DOUBLE,
    `n275` DOUBLE,
    `n276` DOUBLE,
    `n277` DOUBLE,
    `n278` DOUBLE,
    `n279` DOUBLE,
    `n280` DOUBLE,
    `n281` DOUBLE,
    `n282` DOUBLE,
    `n283` DOUBLE,
    `n284` DOUBLE,
    `n285` DOUBLE,
    `n286` DOUBLE,
    `n287` DOUBLE,
    `n288` DOUBLE,
    `n289` DOUBLE,
    `n290` DOUBLE,
    `n291` DOUBLE,
    `n292` DOUBLE,
    `n293` DOUBLE,
    `n294` DOUBLE,
    `n295` DOUBLE,
    `n296` DOUBLE,
    `n297` DOUBLE,
    `n298` DOUBLE,
    `n299` DOUBLE,
    `n300` DOUBLE,
    `n301` DOUBLE,
    `n302` DOUBLE,
    `n303` DOUBLE,
    `n304` DOUBLE,
    `n305` DOUBLE,
    `n306` DOUBLE,
    `n307` DOUBLE,
    `n308` DOUBLE,
    `n309` DOUBLE,
    `n310` DOUBLE,
    `n311` DOUBLE,
    `n312` DOUBLE,
    `n313` DOUBLE,
    `n314` DOUBLE,
    `n315` DOUBLE,
    `n316` DOUBLE,
    `n317` DOUBLE,
    `n318` DOUBLE,
    `n319` DOUBLE,
    `n320` DOUBLE,
    `n321` DOUBLE,
    `n322` DOUBLE,
    `n323` DOUBLE,
    `n324` DOUBLE,
    `n325` DOUBLE,
    `n326` DOUBLE,
    `n327` DOUBLE,
    `n328` DOUBLE,
    `n329` DOUBLE,
    `n330` DOUBLE,
    `n331` DOUBLE,
    `n332` DOUBLE,
    `n333` DOUBLE,
    `n334` DOUBLE,
    `n335` DOUBLE,
    `n336` DOUBLE,
    `n337` DOUBLE,
    `n338` DOUBLE,
    `n339` DOUBLE,
    `n340` DOUBLE,
    `n341` DOUBLE,
    `n342` DOUBLE,
    `n343` DOUBLE,
    `n344` DOUBLE,
    `n345` DOUBLE,
    `n346` DOUBLE,
    `n347` DOUBLE,
    `n348` DOUBLE,
    `n349` DOUBLE,
    `n350` DOUBLE,
    `n351` DOUBLE,
    `n352` DOUBLE,
    `n353` DOUBLE,
    `n354` DOUBLE,
    `n355` DOUBLE,
    `n356` DOUBLE,
    `n357` DOUBLE,
    `n358` DOUBLE,
    `n359` DOUBLE,
    `n360` DOUBLE,
    `s01` VARCHAR(64),
    `s02` VARCHAR(64),
    `s03` VARCHAR(64),
    `s04` VARCHAR(64),
    `s05` VARCHAR(64),
    `s06` VARCHAR(64),
    `s07` VARCHAR(64),
    `s08` VARCHAR(64),
    `s09` VARCHAR(64),
    `s10` VARCHAR(64),
    `cycle_no` BIGINT,
    `start_time` DATETIME(3),
    `end_time` DATETIME(3),
    `sample_count` INT,
    `recipe` VARCHAR(64),
    `lot` VARCHAR(64),
    `result` INT DEFAULT 0,
    PRIMARY KEY (`VsPrimaryKey`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;
CREATE INDEX `dcop_collect_ct_tool_id_claim_time` ON `dcop_collect_ct` (`tool_id`, `claim_time`);

-- dcop_collect_cth (dcop, stratum): Older rows of dcop_collect_ct.
--   VsPrimaryKey: {tool_id}_{yyyyMMddHHmmss}_SS for a live row, _RE for one back-filled; UTC
--   tool_id: the tool
--   time_order: plant time as yyyy/MM/dd HH:mm:ss
--   claim_time: the second that the row is of, UTC
--   rec_time: when it was stored
--   node_id: node that collected it
--   n01 to n360: number; dcop_conf_bt tells which
--   s01 to s10: text; dcop_conf_bt tells which
--   cycle_no: number of the cycle; advances with the counter
--   start_time: start of the cycle
--   end_time: end of the cycle
--   sample_count: rows of the cycle
--   recipe: recipe that ran
--   lot: lot
--   result: how it ended: 0 unknown, 1 good, 2 bad
--   archived_at: when it was moved here
CREATE TABLE `dcop_collect_cth` (
    `VsPrimaryKey` VARCHAR(60) NOT NULL,
    `tool_id` VARCHAR(12) NOT NULL,
    `time_order` VARCHAR(19),
    `claim_time` DATETIME(3) NOT NULL,
    `rec_time` DATETIME(3),
    `node_id` VARCHAR(16),
    `n01` DOUBLE,
    `n02` DOUBLE,
    `n03` DOUBLE,
    `n04` DOUBLE,
    `n05` DOUBLE,
    `n06` DOUBLE,
    `n07` DOUBLE,
    `n08` DOUBLE,
    `n09` DOUBLE,
    `n10` DOUBLE,
    `n11` DOUBLE,
    `n12` DOUBLE,
    `n13` DOUBLE,
    `n14` DOUBLE,
    `n15` DOUBLE,
    `n16` DOUBLE,
    `n17` DOUBLE,
    `n18` DOUBLE,
    `n19` DOUBLE,
    `n20` DOUBLE,
    `n21` DOUBLE,
    `n22` DOUBLE,
    `n23` DOUBLE,
    `n24` DOUBLE,
    `n25` DOUBLE,
    `n26` DOUBLE,
    `n27` DOUBLE,
    `n28` DOUBLE,
    `n29` DOUBLE,
    `n30` DOUBLE,
    `n31` DOUBLE,
    `n32` DOUBLE,
    `n33` DOUBLE,
    `n34` DOUBLE,
    `n35` DOUBLE,
    `n36` DOUBLE,
    `n37` DOUBLE,
    `n38` DOUBLE,
    `n39` DOUBLE,
    `n40` DOUBLE,
    `n41` DOUBLE,
    `n42` DOUBLE,
    `n43` DOUBLE,
    `n44` DOUBLE,
    `n45` DOUBLE,
    `n46` DOUBLE,
    `n47` DOUBLE,
    `n48` DOUBLE,
    `n49` DOUBLE,
    `n50` DOUBLE,
    `n51` DOUBLE,
    `n52` DOUBLE,
    `n53` DOUBLE,
    `n54` DOUBLE,
    `n55` DOUBLE,
    `n56` DOUBLE,
    `n57` DOUBLE,
    `n58` DOUBLE,
    `n59` DOUBLE,
    `n60` DOUBLE,
    `n61` DOUBLE,
    `n62` DOUBLE,
    `n63` DOUBLE,
    `n64` DOUBLE,
    `n65` DOUBLE,
    `n66` DOUBLE,
    `n67` DOUBLE,
    `n68` DOUBLE,
    `n69` DOUBLE,
    `n70` DOUBLE,
    `n71` DOUBLE,
    `n72` DOUBLE,
    `n73` DOUBLE,
    `n74` DOUBLE,
    `n75` DOUBLE,
    `n76` DOUBLE,
    `n77` DOUBLE,
    `n78` DOUBLE,
    `n79` DOUBLE,
    `n80` DOUBLE,
    `n81` DOUBLE,
    `n82` DOUBLE,
    `n83` DOUBLE,
    `n84` DOUBLE,
    `n85` DOUBLE,
    `n86` DOUBLE,
    `n87` DOUBLE,
    `n88` DOUBLE,
    `n89` DOUBLE,
    `n90` DOUBLE,
    `n91` DOUBLE,
    `n92` DOUBLE,
    `n93` DOUBLE,
    `n94` DOUBLE,
    `n95` DOUBLE,
    `n96` DOUBLE,
    `n97` DOUBLE,
    `n98` DOUBLE,
    `n99` DOUBLE,
    `n100` DOUBLE,
    `n101` DOUBLE,
    `n102` DOUBLE,
    `n103` DOUBLE,
    `n104` DOUBLE,
    `n105` DOUBLE,
    `n106` DOUBLE,
    `n107` DOUBLE,
    `n108` DOUBLE,
    `n109` DOUBLE,
    `n110` DOUBLE,
    `n111` DOUBLE,
    `n112` DOUBLE,
    `n113` DOUBLE,
    `n114` DOUBLE,
    `n115` DOUBLE,
    `n116` DOUBLE,
    `n117` DOUBLE,
    `n118` DOUBLE,
    `n119` DOUBLE,
    `n120` DOUBLE,
    `n121` DOUBLE,
    `n122` DOUBLE,
    `n123` DOUBLE,
    `n124` DOUBLE,
    `n125` DOUBLE,
    `n126` DOUBLE,
    `n127` DOUBLE,
    `n128` DOUBLE,
    `n129` DOUBLE,
    `n130` DOUBLE,
    `n131` DOUBLE,
    `n132` DOUBLE,
    `n133` DOUBLE,
    `n134` DOUBLE,
    `n135` DOUBLE,
    `n136` DOUBLE,
    `n137` DOUBLE,
    `n138` DOUBLE,
    `n139` DOUBLE,
    `n140` DOUBLE,
    `n141` DOUBLE,
    `n142` DOUBLE,
    `n143` DOUBLE,
    `n144` DOUBLE,
    `n145` DOUBLE,
    `n146` DOUBLE,
    `n147` DOUBLE,
    `n148` DOUBLE,
    `n149` DOUBLE,
    `n150` DOUBLE,
    `n151` DOUBLE,
    `n152` DOUBLE,
    `n153` DOUBLE,
    `n154` DOUBLE,
    `n155` DOUBLE,
    `n156` DOUBLE,
    `n157` DOUBLE,
    `n158` DOUBLE,
    `n159` DOUBLE,
    `n160` DOUBLE,
    `n161` DOUBLE,
    `n162` DOUBLE,
    `n163` DOUBLE,
    `n164` DOUBLE,
    `n165` DOUBLE,
    `n166` DOUBLE,
    `n167` DOUBLE,
    `n168` DOUBLE,
    `n169` DOUBLE,
    `n170` DOUBLE,
    `n171` DOUBLE,
    `n172` DOUBLE,
    `n173` DOUBLE,
    `n174` DOUBLE,
    `n175` DOUBLE,
    `n176` DOUBLE,
    `n177` DOUBLE,
    `n178` DOUBLE,
    `n179` DOUBLE,
    `n180` DOUBLE,
    `n181` DOUBLE,
    `n182` DOUBLE,
    `n183` DOUBLE,
    `n184` DOUBLE,
    `n185` DOUBLE,
    `n186` DOUBLE,
    `n187` DOUBLE,
    `n188` DOUBLE,
    `n189` DOUBLE,
    `n190` DOUBLE,
    `n191` DOUBLE,
    `n192` DOUBLE,
    `n193` DOUBLE,
    `n194` DOUBLE,
    `n195` DOUBLE,
    `n196` DOUBLE,
    `n197` DOUBLE,
    `n198` DOUBLE,
    `n199` DOUBLE,
    `n200` DOUBLE,
    `n201` DOUBLE,
    `n202` DOUBLE,
    `n203` DOUBLE,
    `n204` DOUBLE,
    `n205` DOUBLE,
    `n206` DOUBLE,
    `n207` DOUBLE,
    `n208` DOUBLE,
    `n209` DOUBLE,
    `n210` DOUBLE,
    `n211` DOUBLE,
    `n212` DOUBLE,
    `n213` DOUBLE,
    `n214` DOUBLE,
    `n215` DOUBLE,
    `n216` DOUBLE,
    `n217` DOUBLE,
    `n218` DOUBLE,
    `n219` DOUBLE,
    `n220` DOUBLE,
    `n221` DOUBLE,
    `n222` DOUBLE,
    `n223` DOUBLE,
    `n224` DOUBLE,
    `n225` DOUBLE,
    `n226` DOUBLE,
    `n227` DOUBLE,
    `n228` DOUBLE,
    `n229` DOUBLE,
    `n230` DOUBLE,
    `n231` DOUBLE,
    `n232` DOUBLE,
    `n233` DOUBLE,
    `n234` DOUBLE,
    `n235` DOUBLE,
    `n236` DOUBLE,
    `n237` DOUBLE,
    `n238` DOUBLE,
    `n239` DOUBLE,
    `n240` DOUBLE,
    `n241` DOUBLE,
    `n242` DOUBLE,
    `n243` DOUBLE,
    `n244` DOUBLE,
    `n245` DOUBLE,
    `n246` DOUBLE,
    `n247` DOUBLE,
    `n248` DOUBLE,
    `n249` DOUBLE,
    `n250` DOUBLE,
    `n251` DOUBLE,
    `n252` DOUBLE,
    `n253` DOUBLE,
    `n254` DOUBLE,
    `n255` DOUBLE,
    `n256` DOUBLE,
    `n257` DOUBLE,
    `n258` DOUBLE,
    `n259` DOUBLE,
    `n260` DOUBLE,
    `n261` DOUBLE,
    `n262` DOUBLE,
    `n263` DOUBLE,
    `n264` DOUBLE,
    `n265` DOUBLE,
    `n266` DOUBLE,
    `n267` DOUBLE,
    `n268` DOUBLE,
    `n269` DOUBLE,
    `n270` DOUBLE,
    `n271` DOUBLE,
    `n272` DOUBLE,
    `n273` DOUBLE,
    `n274` DOUBLE,
    `n275` DOUBLE,
    `n276` DOUBLE,
    `n277` DOUBLE,
    `n278` DOUBLE,
    `n279` DOUBLE,
    `n280` DOUBLE,
    `n281` DOUBLE,
    `n282` DOUBLE,
    `n283` DOUBLE,
    `n284` DOUBLE,
    `n285` DOUBLE,
    `n286` DOUBLE,
    `n287` DOUBLE,
    `n288` DOUBLE,
    `n289` DOUBLE,
    `n290` DOUBLE,
    `n291` DOUBLE,
    `n292` DOUBLE,
    `n293` DOUBLE,
    `n294` DOUBLE,
    `n295` DOUBLE,
    `n296` DOUBLE,
    `n297` DOUBLE,
    `n298` DOUBLE,
    `n299` DOUBLE,
    `n300` DOUBLE,
    `n301` DOUBLE,
    `n302` DOUBLE,
    `n303` DOUBLE,
    `n304` DOUBLE,
    `n305` DOUBLE,
    `n306` DOUBLE,
    `n307` DOUBLE,
    `n308` DOUBLE,
    `n309` DOUBLE,
    `n310` DOUBLE,
    `n311` DOUBLE,
    `n312` DOUBLE,
    `n313` DOUBLE,
    `n314` DOUBLE,
    `n315` DOUBLE,
    `n316` DOUBLE,
    `n317` DOUBLE,
    `n318` DOUBLE,
    `n319` DOUBLE,
    `n320` DOUBLE,
    `n321` DOUBLE,
    `n322` DOUBLE,
    `n323` DOUBLE,
    `n324` DOUBLE,
    `n325` DOUBLE,
    `n326` DOUBLE,
    `n327` DOUBLE,
    `n328` DOUBLE,
    `n329` DOUBLE,
    `n330` DOUBLE,
    `n331` DOUBLE,
    `n332` DOUBLE,
    `n333` DOUBLE,
    `n334` DOUBLE,
    `n335` DOUBLE,
    `n336` DOUBLE,
    `n337` DOUBLE,
    `n338` DOUBLE,
    `n339` DOUBLE,
    `n340` DOUBLE,
    `n341` DOUBLE,
    `n342` DOUBLE,
    `n343` DOUBLE,
    `n344` DOUBLE,
    `n345` DOUBLE,
    `n346` DOUBLE,
    `n347` DOUBLE,
    `n348` DOUBLE,
    `n349` DOUBLE,
    `n350` DOUBLE,
    `n351` DOUBLE,
    `n352` DOUBLE,
    `n353` DOUBLE,
    `n354` DOUBLE,
    `n355` DOUBLE,
    `n356` DOUBLE,
    `n357` DOUBLE,
    `n358` DOUBLE,
    `n359` DOUBLE,
    `n360` DOUBLE,
    `s01` VARCHAR(64),
    `s02` VARCHAR(64),
    `s03` VARCHAR(64),
    `s04` VARCHAR(64),
    `s05` VARCHAR(64),
    `s06` VARCHAR(64),
    `s07` VARCHAR(64),
    `s08` VARCHAR(64),
    `s09` VARCHAR(64),
    `s10` VARCHAR(64),
    `cycle_no` BIGINT,
    `start_time` DATETIME(3),
    `end_time` DATETIME(3),
    `sample_count` INT,
    `recipe` VARCHAR(64),
    `lot` VARCHAR(64),
    `result` INT DEFAULT 0,
    `archived_at` DATETIME(3),
    PRIMARY KEY (`VsPrimaryKey`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;
CREATE INDEX `dcop_collect_cth_tool_id_claim_time` ON `dcop_collect_cth` (`tool_id`, `claim_time`);

-- dcop_collect_tt1 (dcop, ledger): Keys of rows taken up and not yet settled; empty when all is settled.
--   VsPrimaryKey: key of the row that is taken up
--   tool_id: the tool
--   task: the summary or move that took it
--   taken_at: when
CREATE TABLE `dcop_collect_tt1` (
    `VsPrimaryKey` VARCHAR(60) NOT NULL,
    `tool_id` VARCHAR(12) NOT NULL,
    `task` VARCHAR(16) NOT NULL,
    `taken_at` DATETIME(3) NOT NULL,
    PRIMARY KEY (`VsPrimaryKey`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;

-- dcop_event_bt (dcop, stratum): Events of tools.
--   VsPrimaryKey: {tool_id}_{yyyyMMddHHmmssSSS}_{code}_{n}_{SS or RE}; UTC
--   tool_id: the tool
--   kind: what it is: 0 job or information, 1 relay, 2 error, 3 event, 6 SPC, 9 system error
--   code_name: code; dcop_event_code_bt tells its meaning
--   code_desc: description
--   idxfield: number of the column concerned; 0 none
--   event_cate: start or end: 0 end, 1 start
--   field_value: number that came with it
--   field_data: text that came with it
--   claim_time: when it occurred, UTC
--   rec_time: when it was stored
--   node_id: node that collected it
CREATE TABLE `dcop_event_bt` (
    `VsPrimaryKey` VARCHAR(60) NOT NULL,
    `tool_id` VARCHAR(12) NOT NULL,
    `kind` INT NOT NULL,
    `code_name` VARCHAR(12) NOT NULL,
    `code_desc` VARCHAR(64),
    `idxfield` INT DEFAULT 0,
    `event_cate` INT,
    `field_value` DOUBLE,
    `field_data` VARCHAR(128),
    `claim_time` DATETIME(3) NOT NULL,
    `rec_time` DATETIME(3),
    `node_id` VARCHAR(16),
    PRIMARY KEY (`VsPrimaryKey`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;
CREATE INDEX `dcop_event_bt_tool_id_claim_time` ON `dcop_event_bt` (`tool_id`, `claim_time`);

-- dcop_event_bth (dcop, stratum): Older events of tools.
--   VsPrimaryKey: {tool_id}_{yyyyMMddHHmmssSSS}_{code}_{n}_{SS or RE}; UTC
--   tool_id: the tool
--   kind: what it is: 0 job or information, 1 relay, 2 error, 3 event, 6 SPC, 9 system error
--   code_name: code; dcop_event_code_bt tells its meaning
--   code_desc: description
--   idxfield: number of the column concerned; 0 none
--   event_cate: start or end: 0 end, 1 start
--   field_value: number that came with it
--   field_data: text that came with it
--   claim_time: when it occurred, UTC
--   rec_time: when it was stored
--   node_id: node that collected it
CREATE TABLE `dcop_event_bth` (
    `VsPrimaryKey` VARCHAR(60) NOT NULL,
    `tool_id` VARCHAR(12) NOT NULL,
    `kind` INT NOT NULL,
    `code_name` VARCHAR(12) NOT NULL,
    `code_desc` VARCHAR(64),
    `idxfield` INT DEFAULT 0,
    `event_cate` INT,
    `field_value` DOUBLE,
    `field_data` VARCHAR(128),
    `claim_time` DATETIME(3) NOT NULL,
    `rec_time` DATETIME(3),
    `node_id` VARCHAR(16),
    PRIMARY KEY (`VsPrimaryKey`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;
CREATE INDEX `dcop_event_bth_tool_id_claim_time` ON `dcop_event_bth` (`tool_id`, `claim_time`);

-- dcop_event_code_bt (dcop, ledger): What the codes of events mean.
--   ws_type: type of tool
--   code_name: the code
--   kind: what it is: 0 job or information, 1 relay, 2 error, 3 event, 6 SPC, 9 system error
--   category: group of codes
--   desc_en: description in English
--   desc_de: description in German
--   desc_ru: description in Russian
--   desc_zh: description in Chinese
--   severity: from 0, harmless, to 9; 0 to 9
CREATE TABLE `dcop_event_code_bt` (
    `ws_type` VARCHAR(32) NOT NULL,
    `code_name` VARCHAR(12) NOT NULL,
    `kind` INT,
    `category` VARCHAR(32),
    `desc_en` VARCHAR(128),
    `desc_de` VARCHAR(128),
    `desc_ru` VARCHAR(128),
    `desc_zh` VARCHAR(128),
    `severity` INT DEFAULT 0,
    PRIMARY KEY (`ws_type`, `code_name`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;

-- dcop_conf_bt (dcop, ledger): What the columns of frames mean, each from a time on.
--   tool_id: a tool, or a type of tools
--   column_name: n01 to n360, s01 to s10
--   valid_from: from when on the row holds; a change makes a new one
--   name: name of the value
--   source: register or address
--   unit: unit of measure
--   scale: value = raw · scale + offset
--   offset: see scale
--   valid_min: least valid value
--   valid_max: greatest valid value
--   cycle_aggregate: what a cycle's row holds of it: `last`, `avg`, `min`, `max`, `first`, `sum`, `range`
--   recipe: recipe that it applies to; null all
--   active: whether it is collected
CREATE TABLE `dcop_conf_bt` (
    `tool_id` VARCHAR(32) NOT NULL,
    `column_name` VARCHAR(8) NOT NULL,
    `valid_from` DATETIME(3) NOT NULL,
    `name` VARCHAR(64) NOT NULL,
    `source` VARCHAR(64),
    `unit` VARCHAR(16),
    `scale` DOUBLE DEFAULT 1,
    `offset` DOUBLE DEFAULT 0,
    `valid_min` DOUBLE,
    `valid_max` DOUBLE,
    `cycle_aggregate` VARCHAR(8) DEFAULT 'last',
    `recipe` VARCHAR(64),
    `active` BOOLEAN NOT NULL DEFAULT 1,
    PRIMARY KEY (`tool_id`, `column_name`, `valid_from`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;

-- dcop_param_tool_bt (dcop, ledger): Tools, and how they are collected.
--   tool_id: the tool
--   ws_type: type of tool
--   cate1 to cate3: category
--   active1a to active16a: whether the slot is used
--   value1a to value16a: register of the slot
--   value1b to value16b: column of the slot
--   value1c to value16c: meaning of the slot: counter of the day, total, speed, on, tonnage
--   rate1a to rate16a: multiplier of the slot
--   note1: remark
--   rec_user: who changed it last
--   rec_time: when it was changed last
--   interval_ms: collection interval, a multiple of 1000 (ms); 1000 to 86400000
--   cycle_rule: what ends a cycle; null none: `counter`, `falling`, `event`, `step`
--   cycle_column: column that the rule looks at
--   timeout_s: a cycle that lasts longer is closed (s)
--   keep_bt: days kept in dcop_collect_bt; 0 or null for ever (d)
--   keep_bth: days kept in dcop_collect_bth; 0 or null for ever (d)
--   keep_ct: days kept in dcop_collect_ct; 0 or null for ever (d)
--   keep_cth: days kept in dcop_collect_cth; 0 or null for ever (d)
--   keep_event: days kept in dcop_event_bt; 0 or null for ever (d)
--   keep_eventh: days kept in dcop_event_bth; 0 or null for ever (d)
--   conn_id: connection to the tool → TB_Connections.ConnId
--   enabled: whether it is collected
CREATE TABLE `dcop_param_tool_bt` (
    `tool_id` VARCHAR(12) NOT NULL,
    `ws_type` VARCHAR(32),
    `cate1` VARCHAR(32),
    `cate2` VARCHAR(32),
    `cate3` VARCHAR(32),
    `active1a` BOOLEAN,
    `active2a` BOOLEAN,
    `active3a` BOOLEAN,
    `active4a` BOOLEAN,
    `active5a` BOOLEAN,
    `active6a` BOOLEAN,
    `active7a` BOOLEAN,
    `active8a` BOOLEAN,
    `active9a` BOOLEAN,
    `active10a` BOOLEAN,
    `active11a` BOOLEAN,
    `active12a` BOOLEAN,
    `active13a` BOOLEAN,
    `active14a` BOOLEAN,
    `active15a` BOOLEAN,
    `active16a` BOOLEAN,
    `value1a` VARCHAR(64),
    `value2a` VARCHAR(64),
    `value3a` VARCHAR(64),
    `value4a` VARCHAR(64),
    `value5a` VARCHAR(64),
    `value6a` VARCHAR(64),
    `value7a` VARCHAR(64),
    `value8a` VARCHAR(64),
    `value9a` VARCHAR(64),
    `value10a` VARCHAR(64),
    `value11a` VARCHAR(64),
    `value12a` VARCHAR(64),
    `value13a` VARCHAR(64),
    `value14a` VARCHAR(64),
    `value15a` VARCHAR(64),
    `value16a` VARCHAR(64),
    `value1b` VARCHAR(8),
    `value2b` VARCHAR(8),
    `value3b` VARCHAR(8),
    `value4b` VARCHAR(8),
    `value5b` VARCHAR(8),
    `value6b` VARCHAR(8),
    `value7b` VARCHAR(8),
    `value8b` VARCHAR(8),
    `value9b` VARCHAR(8),
    `value10b` VARCHAR(8),
    `value11b` VARCHAR(8),
    `value12b` VARCHAR(8),
    `value13b` VARCHAR(8),
    `value14b` VARCHAR(8),
    `value15b` VARCHAR(8),
    `value16b` VARCHAR(8),
    `value1c` VARCHAR(64),
    `value2c` VARCHAR(64),
    `value3c` VARCHAR(64),
    `value4c` VARCHAR(64),
    `value5c` VARCHAR(64),
    `value6c` VARCHAR(64),
    `value7c` VARCHAR(64),
    `value8c` VARCHAR(64),
    `value9c` VARCHAR(64),
    `value10c` VARCHAR(64),
    `value11c` VARCHAR(64),
    `value12c` VARCHAR(64),
    `value13c` VARCHAR(64),
    `value14c` VARCHAR(64),
    `value15c` VARCHAR(64),
    `value16c` VARCHAR(64),
    `rate1a` DOUBLE,
    `rate2a` DOUBLE,
    `rate3a` DOUBLE,
    `rate4a` DOUBLE,
    `rate5a` DOUBLE,
    `rate6a` DOUBLE,
    `rate7a` DOUBLE,
    `rate8a` DOUBLE,
    `rate9a` DOUBLE,
    `rate10a` DOUBLE,
    `rate11a` DOUBLE,
    `rate12a` DOUBLE,
    `rate13a` DOUBLE,
    `rate14a` DOUBLE,
    `rate15a` DOUBLE,
    `rate16a` DOUBLE,
    `note1` VARCHAR(255),
    `rec_user` VARCHAR(32),
    `rec_time` DATETIME(3),
    `interval_ms` INT NOT NULL DEFAULT 1000,
    `cycle_rule` VARCHAR(16),
    `cycle_column` VARCHAR(8),
    `timeout_s` INT,
    `keep_bt` INT,
    `keep_bth` INT,
    `keep_ct` INT,
    `keep_cth` INT,
    `keep_event` INT,
    `keep_eventh` INT,
    `conn_id` INT DEFAULT 0,
    `enabled` BOOLEAN NOT NULL DEFAULT 1,
    PRIMARY KEY (`tool_id`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;

-- study (study, ledger): Studies.
--   StudyInstanceUID: the study
--   PatientID: number of the part or patient
--   StudyDescription: description
--   Modality: kind of images
--   SourceAE: title of the sender
--   StudyTime: when it was taken
--   ReceivedAt: when its first image came
--   ChangedAt: when its state last changed
--   Status: state: `new`, `transferring`, `transfer_complete`, `converting`, `conversion_complete`, `inference_ready`, `inference_queued`, `inference_running`, `inference_failed`, `inference_complete`, `results_sent`
--   SeriesCount: series that it has
--   InstanceCount: images that it has
--   Held: waits for a person
--   Error: why it is held
CREATE TABLE `study` (
    `StudyInstanceUID` VARCHAR(64) NOT NULL,
    `PatientID` VARCHAR(64),
    `StudyDescription` VARCHAR(64),
    `Modality` VARCHAR(16),
    `SourceAE` VARCHAR(16),
    `StudyTime` DATETIME(3),
    `ReceivedAt` DATETIME(3) NOT NULL,
    `ChangedAt` DATETIME(3) NOT NULL,
    `Status` VARCHAR(24) NOT NULL DEFAULT 'new',
    `SeriesCount` INT NOT NULL DEFAULT 0,
    `InstanceCount` INT NOT NULL DEFAULT 0,
    `Held` BOOLEAN NOT NULL DEFAULT 0,
    `Error` VARCHAR(255),
    PRIMARY KEY (`StudyInstanceUID`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;
CREATE INDEX `study_Status` ON `study` (`Status`);

-- series (study, ledger): Series of studies.
--   SeriesInstanceUID: the series
--   StudyInstanceUID: its study → study.StudyInstanceUID
--   SeriesNumber: number in the study
--   SeriesDescription: description
--   Modality: kind of images
--   InstanceCount: images that it has
--   Bytes: size of its files
--   Status: state: `new`, `transferring`, `transfer_complete`, `converting`, `conversion_complete`
--   Held: waits for a person
--   Error: why it is held
CREATE TABLE `series` (
    `SeriesInstanceUID` VARCHAR(64) NOT NULL,
    `StudyInstanceUID` VARCHAR(64) NOT NULL,
    `SeriesNumber` INT,
    `SeriesDescription` VARCHAR(64),
    `Modality` VARCHAR(16),
    `InstanceCount` INT NOT NULL DEFAULT 0,
    `Bytes` BIGINT NOT NULL DEFAULT 0,
    `Status` VARCHAR(24) NOT NULL DEFAULT 'new',
    `Held` BOOLEAN NOT NULL DEFAULT 0,
    `Error` VARCHAR(255),
    PRIMARY KEY (`SeriesInstanceUID`),
    FOREIGN KEY (`StudyInstanceUID`) REFERENCES `study` (`StudyInstanceUID`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;
CREATE INDEX `series_StudyInstanceUID` ON `series` (`StudyInstanceUID`);

-- inference_task (study, ledger): What was asked of models.
--   Id: number of the task
--   StudyInstanceUID: its study → study.StudyInstanceUID
--   Model: model that is asked
--   Status: state: `queued`, `running`, `failed`, `complete`, `sent`
--   Attempt: how often it was started
--   Superseded: new images came since
--   QueuedAt: when it was queued
--   StartedAt: when it last started
--   FinishedAt: when it last ended
--   ExitCode: exit code of the program
--   ResultFile: file of its result
--   Error: why it failed
CREATE TABLE `inference_task` (
    `Id` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `StudyInstanceUID` VARCHAR(64) NOT NULL,
    `Model` VARCHAR(64) NOT NULL,
    `Status` VARCHAR(16) NOT NULL DEFAULT 'queued',
    `Attempt` INT NOT NULL DEFAULT 0,
    `Superseded` BOOLEAN NOT NULL DEFAULT 0,
    `QueuedAt` DATETIME(3),
    `StartedAt` DATETIME(3),
    `FinishedAt` DATETIME(3),
    `ExitCode` INT,
    `ResultFile` VARCHAR(255),
    `Error` VARCHAR(255),
    FOREIGN KEY (`StudyInstanceUID`) REFERENCES `study` (`StudyInstanceUID`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;
CREATE INDEX `inference_task_StudyInstanceUID` ON `inference_task` (`StudyInstanceUID`);
CREATE INDEX `inference_task_Status` ON `inference_task` (`Status`);

-- status_change (study, ledger): Every change of a state.
--   Id: number of the change
--   What: study, series or inference_task
--   WhatId: which one
--   FromStatus: state before
--   ToStatus: state after
--   At: when
--   Why: what made it change
CREATE TABLE `status_change` (
    `Id` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `What` VARCHAR(16) NOT NULL,
    `WhatId` VARCHAR(64) NOT NULL,
    `FromStatus` VARCHAR(24),
    `ToStatus` VARCHAR(24) NOT NULL,
    `At` DATETIME(3) NOT NULL,
    `Why` VARCHAR(255)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;
CREATE INDEX `status_change_What_WhatId` ON `status_change` (`What`, `WhatId`);

-- vv_param_map (ours, ledger): Memory maps: the parameters that a type of device has.
--   DevType: TB_Devices.Type
--   SubType: TB_Devices.SubType
--   MemInd: number of the parameter in the map
--   Name: name of the parameter
--   Address: address as the driver writes it
--   DataType: how it is stored in the device: `bit`, `u16`, `i16`, `u32`, `i32`, `u64`, `i64`, `f32`, `f64`, `text`
--   WordOrder: order of bytes over registers: ABCD, CDAB, BADC, DCBA; null is the device's own
--   Scale: value = raw · Scale + Offset
--   Offset: see Scale
--   DimId: unit of measure → TB_Dim.DimId
--   Writable: whether it may be written
--   Comment: remark
CREATE TABLE `vv_param_map` (
    `DevType` INT NOT NULL,
    `SubType` INT NOT NULL DEFAULT 0,
    `MemInd` INT NOT NULL,
    `Name` VARCHAR(128) NOT NULL,
    `Address` VARCHAR(64) NOT NULL,
    `DataType` VARCHAR(8) NOT NULL,
    `WordOrder` VARCHAR(8),
    `Scale` DOUBLE DEFAULT 1,
    `Offset` DOUBLE DEFAULT 0,
    `DimId` INT DEFAULT 0,
    `Writable` BOOLEAN NOT NULL DEFAULT 0,
    `Comment` VARCHAR(255),
    PRIMARY KEY (`DevType`, `SubType`, `MemInd`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;

-- vv_follower (ours, ledger): How far each follower of the history has come.
--   Name: name of the follower
--   Sequence: everything up to here is done
--   UpdatedAt: when it last moved on
CREATE TABLE `vv_follower` (
    `Name` VARCHAR(128) NOT NULL,
    `Sequence` BIGINT NOT NULL,
    `UpdatedAt` DATETIME(3) NOT NULL,
    PRIMARY KEY (`Name`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;

-- vv_point_option (ours, ledger): How a point is recorded.
--   ObjId: the point, or a branch for all below it → TB_Objects.ObjId
--   HistoryId: history database; 0 or null inherits the branch's → ScadaProviderMapping.Id
--   Mode: when a value is recorded: `change`, `periodic`, `raw`
--   Period_s: recording interval in mode periodic (s)
--   DeadBand: least change that is recorded
--   DeadBandKind: unit of DeadBand: the value's own, or percent of the range Min2 to Max2: `absolute`, `percent`
--   Deviation: greatest error of slope compression; 0 or null none
--   Timeout_s: stores the last value again after so long; 0 or null never (s)
--   Validity_s: how long a value holds (s)
--   Decimals: digits shown behind the point; 0 to 15
--   Interpolation: how lines are drawn: step, linear
CREATE TABLE `vv_point_option` (
    `ObjId` INT NOT NULL,
    `HistoryId` BIGINT,
    `Mode` VARCHAR(16) NOT NULL DEFAULT 'change',
    `Period_s` DOUBLE,
    `DeadBand` DOUBLE,
    `DeadBandKind` VARCHAR(16),
    `Deviation` DOUBLE,
    `Timeout_s` DOUBLE,
    `Validity_s` DOUBLE,
    `Decimals` INT,
    `Interpolation` VARCHAR(16),
    PRIMARY KEY (`ObjId`),
    FOREIGN KEY (`ObjId`) REFERENCES `TB_Objects` (`ObjId`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;

-- vv_rejected (ours, ledger): Samples that were refused for their time; the oldest go first.
--   Id: number, in the order of arrival
--   Tag: name of the tag
--   Time: the sample's own time since 1970 UTC (ms)
--   Value: the value as text
--   Reason: why it was refused
--   ReceivedAt: when it came
CREATE TABLE `vv_rejected` (
    `Id` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `Tag` VARCHAR(255) NOT NULL,
    `Time` BIGINT,
    `Value` VARCHAR(255),
    `Reason` VARCHAR(255) NOT NULL,
    `ReceivedAt` DATETIME(3) NOT NULL
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;

-- vv_schema (ours, ledger): Versions of the catalogue that the ledger has been brought up to.
--   Version: version of the catalogue
--   AppliedAt: when the database was brought up to it
--   Changes: tables, columns and indexes that were made
CREATE TABLE `vv_schema` (
    `Version` INT NOT NULL,
    `AppliedAt` DATETIME(3) NOT NULL,
    `Changes` INT NOT NULL,
    PRIMARY KEY (`Version`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;

-- vv_partition (ours, ledger): Partitions that there are.
--   ProviderId: the history database → ScadaProviderMapping.Id
--   TableName: name of the partition's table
--   StartTime: first instant that it holds
--   EndTime: first instant that it does not
--   Rows: rows that it has
--   Bytes: room that it takes
--   State: open, closed or pruned
CREATE TABLE `vv_partition` (
    `ProviderId` BIGINT NOT NULL,
    `TableName` VARCHAR(128) NOT NULL,
    `StartTime` DATETIME(3) NOT NULL,
    `EndTime` DATETIME(3) NOT NULL,
    `Rows` BIGINT,
    `Bytes` BIGINT,
    `State` VARCHAR(16),
    PRIMARY KEY (`ProviderId`, `TableName`),
    FOREIGN KEY (`ProviderId`) REFERENCES `ScadaProviderMapping` (`Id`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;

-- vv_annotation (ours, ledger): Notes on points and times.
--   AnnId: number of the note
--   Target: tag or branch that it is about
--   FromTime: start of what it is about
--   ToTime: end of what it is about
--   Text: the note
--   UserId: who wrote it → TB_User.UserId
--   CreatedAt: when it was written
--   ChangedAt: when it was last changed
CREATE TABLE `vv_annotation` (
    `AnnId` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `Target` VARCHAR(255) NOT NULL,
    `FromTime` DATETIME(3) NOT NULL,
    `ToTime` DATETIME(3),
    `Text` LONGTEXT NOT NULL,
    `UserId` INT DEFAULT 0,
    `CreatedAt` DATETIME(3) NOT NULL,
    `ChangedAt` DATETIME(3)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;
CREATE INDEX `vv_annotation_Target_FromTime` ON `vv_annotation` (`Target`, `FromTime`);

-- vv_view (ours, ledger): Saved views.
--   ViewId: number of the view
--   Name: name
--   Owner: who saved it → TB_User.UserId
--   Shared: whether others see it
--   State: the view, as JSON
--   ChangedAt: when it was last changed
CREATE TABLE `vv_view` (
    `ViewId` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `Name` VARCHAR(128) NOT NULL,
    `Owner` INT DEFAULT 0,
    `Shared` BOOLEAN NOT NULL DEFAULT 0,
    `State` LONGTEXT NOT NULL,
    `ChangedAt` DATETIME(3) NOT NULL
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;

-- vv_session (ours, ledger): Logins.
--   SessionHash: hash of the session's secret
--   UserId: who logged in → TB_User.UserId
--   CreatedAt: when
--   LastAt: when it was last used
--   Origin: from where
--   EndedAt: when it ended
CREATE TABLE `vv_session` (
    `SessionHash` VARCHAR(64) NOT NULL,
    `UserId` INT NOT NULL,
    `CreatedAt` DATETIME(3) NOT NULL,
    `LastAt` DATETIME(3) NOT NULL,
    `Origin` VARCHAR(128),
    `EndedAt` DATETIME(3),
    PRIMARY KEY (`SessionHash`),
    FOREIGN KEY (`UserId`) REFERENCES `TB_User` (`UserId`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;
CREATE INDEX `vv_session_UserId` ON `vv_session` (`UserId`);

-- vv_token (ours, ledger): Tokens of programs.
--   TokenId: number of the token
--   UserId: whose it is → TB_User.UserId
--   Name: name
--   Hash: hash of its secret
--   Rights: bits as in TB_User
--   ExpiresAt: when it ends
--   LastAt: when it was last used
--   RevokedAt: when it was revoked
CREATE TABLE `vv_token` (
    `TokenId` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `UserId` INT NOT NULL,
    `Name` VARCHAR(128) NOT NULL,
    `Hash` VARCHAR(64) NOT NULL,
    `Rights` INT NOT NULL DEFAULT 0,
    `ExpiresAt` DATETIME(3),
    `LastAt` DATETIME(3),
    `RevokedAt` DATETIME(3),
    FOREIGN KEY (`UserId`) REFERENCES `TB_User` (`UserId`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;
CREATE INDEX `vv_token_UserId` ON `vv_token` (`UserId`);

-- vv_alarm (ours, ledger): State of each alarm.
--   AlarmId: number of the alarm
--   ObjId: the point → TB_Objects.ObjId
--   ReactId: the reaction → TB_Reactions.ReactId
--   Level: level that was entered
--   RaisedAt: when
--   ReturnedAt: when it was over
--   AckAt: when it was acknowledged
--   AckUser: by whom → TB_User.UserId
--   AckText: what was said to it
--   ShelvedUntil: silent until then
CREATE TABLE `vv_alarm` (
    `AlarmId` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `ObjId` INT NOT NULL,
    `ReactId` INT DEFAULT 0,
    `Level` INT NOT NULL,
    `RaisedAt` DATETIME(3) NOT NULL,
    `ReturnedAt` DATETIME(3),
    `AckAt` DATETIME(3),
    `AckUser` INT DEFAULT 0,
    `AckText` VARCHAR(255),
    `ShelvedUntil` DATETIME(3),
    FOREIGN KEY (`ObjId`) REFERENCES `TB_Objects` (`ObjId`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;
CREATE INDEX `vv_alarm_ObjId` ON `vv_alarm` (`ObjId`);

-- vv_outbox (ours, ledger): Messages to send.
--   MsgId: number of the message
--   PostId: way that it goes → TB_Post.PostId
--   AlarmId: alarm that it is about → vv_alarm.AlarmId
--   Text: the message
--   State: how far it is: `waiting`, `sent`, `failed`
--   Tries: how often it was tried
--   NextAt: when it is tried again
--   SentAt: when it was sent
--   Error: why it failed
CREATE TABLE `vv_outbox` (
    `MsgId` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `PostId` INT DEFAULT 0,
    `AlarmId` BIGINT DEFAULT 0,
    `Text` LONGTEXT NOT NULL,
    `State` VARCHAR(16) NOT NULL DEFAULT 'waiting',
    `Tries` INT NOT NULL DEFAULT 0,
    `NextAt` DATETIME(3),
    `SentAt` DATETIME(3),
    `Error` VARCHAR(255)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;
CREATE INDEX `vv_outbox_State_NextAt` ON `vv_outbox` (`State`, `NextAt`);

-- vv_job_run (ours, ledger): Runs of jobs.
--   RunId: number of the run
--   DispId: the job → TB_Sheduler.DispId
--   StartedAt: when it started
--   EndedAt: when it ended
--   Result: exit code; null while it runs
--   Output: what it said
CREATE TABLE `vv_job_run` (
    `RunId` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    `DispId` INT NOT NULL,
    `StartedAt` DATETIME(3) NOT NULL,
    `EndedAt` DATETIME(3),
    `Result` INT,
    `Output` LONGTEXT,
    FOREIGN KEY (`DispId`) REFERENCES `TB_Sheduler` (`DispId`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;
CREATE INDEX `vv_job_run_DispId` ON `vv_job_run` (`DispId`);

-- vv_day_type (ours, ledger): Kinds of days.
--   CalendarId: the calendar
--   Date: local date, yyyy-MM-dd
--   Kind: what kind of day it is: `weekday`, `weekend`, `holiday`
CREATE TABLE `vv_day_type` (
    `CalendarId` INT NOT NULL,
    `Date` VARCHAR(10) NOT NULL,
    `Kind` VARCHAR(16) NOT NULL,
    PRIMARY KEY (`CalendarId`, `Date`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;

-- vv_tarif_day (ours, ledger): Half-hours of a tariff by kind of day.
--   TarifId: the tariff → TB_Tarif.TarifId
--   Kind: kind of day: `weekday`, `weekend`, `holiday`
--   Selector: the half-hours that count, a 0 or 1 for each
CREATE TABLE `vv_tarif_day` (
    `TarifId` INT NOT NULL,
    `Kind` VARCHAR(16) NOT NULL,
    `Selector` CHAR(48) NOT NULL,
    PRIMARY KEY (`TarifId`, `Kind`),
    FOREIGN KEY (`TarifId`) REFERENCES `TB_Tarif` (`TarifId`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;

-- vv_gap (ours, ledger): Spans without values.
--   ObjId: the point → TB_Objects.ObjId
--   FromDT: first second without a value (s)
--   ToDT: first second with one again (s)
--   Reason: why
--   SettledAt: when it was filled
CREATE TABLE `vv_gap` (
    `ObjId` INT NOT NULL,
    `FromDT` BIGINT NOT NULL,
    `ToDT` BIGINT NOT NULL,
    `Reason` VARCHAR(255),
    `SettledAt` DATETIME(3),
    PRIMARY KEY (`ObjId`, `FromDT`),
    FOREIGN KEY (`ObjId`) REFERENCES `TB_Objects` (`ObjId`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;

-- vv_spool (ours, ledger): Segments that wait for their destination.
--   Destination: where it is sent
--   Segment: number of the segment
--   Frames: frames in it
--   Bytes: size of its file
--   OldestTime: oldest sample in it
--   State: open, sealed or delivered
CREATE TABLE `vv_spool` (
    `Destination` VARCHAR(128) NOT NULL,
    `Segment` BIGINT NOT NULL,
    `Frames` BIGINT NOT NULL DEFAULT 0,
    `Bytes` BIGINT NOT NULL DEFAULT 0,
    `OldestTime` DATETIME(3),
    `State` VARCHAR(16) NOT NULL,
    PRIMARY KEY (`Destination`, `Segment`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;

-- vv_node (ours, ledger): Other nodes.
--   Node: name of the node
--   TokenId: token that it uses → vv_token.TokenId
--   LastAt: when it was last heard of
--   Lag_s: how far it is behind (s)
--   Version: version of its program
CREATE TABLE `vv_node` (
    `Node` VARCHAR(255) NOT NULL,
    `TokenId` BIGINT DEFAULT 0,
    `LastAt` DATETIME(3),
    `Lag_s` DOUBLE,
    `Version` VARCHAR(32),
    PRIMARY KEY (`Node`)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 /*M! COLLATE=utf8mb4_nopad_bin */ /*!80017 COLLATE=utf8mb4_0900_bin */;
