-- Varve's tables for SQL Server; made from the catalogue by `varve tables`.
SET ANSI_NULLS ON;
SET QUOTED_IDENTIFIER ON;

-- ScadaProviderMapping (scada, ledger): One row for each pair of node and history database.
--   Id: number of the history database
--   Node: node that the data come from
--   Provider: name of the history database, or of an alarm history database
CREATE TABLE [ScadaProviderMapping] (
    [Id] BIGINT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    [Node] NVARCHAR(255) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [Provider] NVARCHAR(255) COLLATE Latin1_General_100_BIN2 NOT NULL
);
CREATE UNIQUE INDEX [ScadaProviderMapping_Node_Provider] ON [ScadaProviderMapping] ([Node], [Provider]);

-- ScadaTagMapping (scada, ledger): One row for each tag and type of its values; the Id names its history.
--   Id: number of the tag and its type
--   Tag: name of the tag
--   Type: type of its values: 1 Integer, 2 String, 3 Double, 4 Boolean, 5 DateTime
--   ProviderId: its history database → ScadaProviderMapping.Id
--   NormalizedName: the name in Latin letters, for searching; not unique
-- Without the index on NormalizedName: SQL Server has none on text of any length.
CREATE TABLE [ScadaTagMapping] (
    [Id] BIGINT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    [Tag] NVARCHAR(255) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [Type] TINYINT NOT NULL,
    [ProviderId] BIGINT NOT NULL,
    [NormalizedName] NVARCHAR(MAX) COLLATE Latin1_General_100_BIN2,
    FOREIGN KEY ([ProviderId]) REFERENCES [ScadaProviderMapping] ([Id])
);
CREATE UNIQUE INDEX [ScadaTagMapping_ProviderId_Tag_Type] ON [ScadaTagMapping] ([ProviderId], [Tag], [Type]);

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
CREATE TABLE [ScadaTagHistory] (
    [TagId] BIGINT NOT NULL,
    [ProviderId] BIGINT NOT NULL,
    [Quality] INT NOT NULL,
    [IntegerVal] BIGINT,
    [DoubleVal] FLOAT(53),
    [BoolVal] BIT,
    [StringVal] NVARCHAR(MAX) COLLATE Latin1_General_100_BIN2,
    [DateTimeVal] DATETIME2(3),
    [Timestamp] BIGINT NOT NULL,
    PRIMARY KEY ([TagId], [Timestamp])
);

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
CREATE TABLE [ScadaTagPreProcessed] (
    [TagId] BIGINT NOT NULL,
    [Category] INT NOT NULL,
    [Timestamp] BIGINT NOT NULL,
    [Quality] INT NOT NULL,
    [IntegerVal] BIGINT,
    [DoubleVal] FLOAT(53),
    [BoolVal] BIT,
    [StringVal] NVARCHAR(MAX) COLLATE Latin1_General_100_BIN2,
    [DateTimeVal] DATETIME2(3),
    [CollectTimestamp] BIGINT NOT NULL,
    PRIMARY KEY ([TagId], [Category], [Timestamp])
);

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
CREATE TABLE [TB_Objects] (
    [ObjId] INT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    [Type] INT NOT NULL,
    [Parent] INT NOT NULL DEFAULT 0,
    [DevId] INT DEFAULT 0,
    [Name] NVARCHAR(255) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [MemInd] INT,
    [ShortName] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [TarifId] INT DEFAULT 0,
    [Period] INT DEFAULT 0,
    [Calc] INT DEFAULT 0,
    [CalcId] INT DEFAULT 0,
    [Koeff] FLOAT(53),
    [DimId] INT DEFAULT 0,
    [Formula] NVARCHAR(255) COLLATE Latin1_General_100_BIN2,
    [Accu] INT DEFAULT 0,
    [EnableReact] INT DEFAULT 0,
    [Min1] FLOAT(53),
    [Min2] FLOAT(53),
    [Max1] FLOAT(53),
    [Max2] FLOAT(53),
    [ReactAlrm] INT DEFAULT 0,
    [ReactWarn] INT DEFAULT 0,
    [ReactNorm] INT DEFAULT 0,
    [Time1] INT,
    [Time2] INT,
    [HashId] INT,
    [DisableTrend] INT DEFAULT 0
);
CREATE UNIQUE INDEX [TB_Objects_Parent_Name] ON [TB_Objects] ([Parent], [Name]);
CREATE UNIQUE INDEX [TB_Objects_DevId_MemInd] ON [TB_Objects] ([DevId], [MemInd]) WHERE [DevId] <> 0 AND [DevId] IS NOT NULL AND [MemInd] IS NOT NULL;
CREATE INDEX [TB_Objects_CalcId] ON [TB_Objects] ([CalcId]);

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
CREATE TABLE [TB_Devices] (
    [DevId] INT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    [DevNum] INT,
    [Type] INT DEFAULT 0,
    [SubType] INT DEFAULT 0,
    [SerialNumb] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [Name] NVARCHAR(128) COLLATE Latin1_General_100_BIN2,
    [ConnId] INT DEFAULT 0,
    [ConnStr] NVARCHAR(255) COLLATE Latin1_General_100_BIN2,
    [ConnId2] INT DEFAULT 0,
    [ConnStr2] NVARCHAR(255) COLLATE Latin1_General_100_BIN2,
    [IsActive] INT DEFAULT 1,
    [FirstDay] INT DEFAULT 0,
    [ModId] INT DEFAULT 0,
    [LqLim0] INT,
    [ReactOff] INT DEFAULT 0,
    [ReactOn] INT DEFAULT 0,
    [EnableAuto] INT DEFAULT 1
);
CREATE UNIQUE INDEX [TB_Devices_DevNum] ON [TB_Devices] ([DevNum]) WHERE [DevNum] IS NOT NULL;
CREATE INDEX [TB_Devices_ConnId] ON [TB_Devices] ([ConnId]);

-- TB_Connections (electro, ledger): Connections: a driver and its settings.
--   ConnId: number of the connection; 1 to 268435455
--   DLL: name of the driver
--   IniStr: driver settings, KEY=value KEY=value
--   Name: name
--   ModId: channel → TB_Modems.ModId
CREATE TABLE [TB_Connections] (
    [ConnId] INT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    [DLL] NVARCHAR(32) COLLATE Latin1_General_100_BIN2,
    [IniStr] NVARCHAR(128) COLLATE Latin1_General_100_BIN2,
    [Name] NVARCHAR(128) COLLATE Latin1_General_100_BIN2,
    [ModId] INT DEFAULT 0
);

-- TB_Dim (electro, ledger): Units of measure.
--   DimId: number of the unit; 1 to 268435455
--   Name: unit of measure: kWh, Hz, °C
CREATE TABLE [TB_Dim] (
    [DimId] INT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    [Name] NVARCHAR(32) COLLATE Latin1_General_100_BIN2 NOT NULL
);
CREATE UNIQUE INDEX [TB_Dim_Name] ON [TB_Dim] ([Name]);

-- TB_Modems (electro, ledger): Channels that connections use.
--   ModId: number of the channel; 1 to 268435455
--   Name: name
--   Kind: what it is: `tcp`, `serial`, `modem`
--   Address: host and port, device file or telephone number
--   IniStr: settings, KEY=value KEY=value
--   IsActive: 0 keeps it unused: 0 off, 1 on
CREATE TABLE [TB_Modems] (
    [ModId] INT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    [Name] NVARCHAR(128) COLLATE Latin1_General_100_BIN2,
    [Kind] NVARCHAR(16) COLLATE Latin1_General_100_BIN2 NOT NULL DEFAULT N'tcp',
    [Address] NVARCHAR(255) COLLATE Latin1_General_100_BIN2,
    [IniStr] NVARCHAR(128) COLLATE Latin1_General_100_BIN2,
    [IsActive] INT DEFAULT 1
);

-- TB_Tarif (electro, ledger): Tariffs.
--   TarifId: number of the tariff; 1 to 268435455
--   Name: name
--   Selector: the half-hours of a day that count, a 0 or 1 for each
CREATE TABLE [TB_Tarif] (
    [TarifId] INT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    [Name] NVARCHAR(128) COLLATE Latin1_General_100_BIN2,
    [Selector] NCHAR(48) COLLATE Latin1_General_100_BIN2 NOT NULL
);

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
CREATE TABLE [TB_User] (
    [UserId] INT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    [Name] NVARCHAR(32) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [ShName] NVARCHAR(16) COLLATE Latin1_General_100_BIN2,
    [Passw] NVARCHAR(128) COLLATE Latin1_General_100_BIN2,
    [Rights] INT NOT NULL DEFAULT 0,
    [RightsCS] BIGINT,
    [Exist] INT NOT NULL DEFAULT 1,
    [Groups] NVARCHAR(255) COLLATE Latin1_General_100_BIN2,
    [GroupsCS] BIGINT
);
CREATE UNIQUE INDEX [TB_User_Name] ON [TB_User] ([Name]);

-- TB_Groups (electro, ledger): Groups of users.
--   GroupId: number of the group; 1 to 268435455
--   Name: name
--   Rights: bits as in TB_User
--   RightsCS: keyed hash over GroupId and Rights
CREATE TABLE [TB_Groups] (
    [GroupId] INT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    [Name] NVARCHAR(32) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [Rights] INT NOT NULL DEFAULT 0,
    [RightsCS] BIGINT
);
CREATE UNIQUE INDEX [TB_Groups_Name] ON [TB_Groups] ([Name]);

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
CREATE TABLE [TB_Log] (
    [LogId] BIGINT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    [UserId] INT DEFAULT 0,
    [Category] INT NOT NULL,
    [Tm] BIGINT NOT NULL,
    [Event] NVARCHAR(128) COLLATE Latin1_General_100_BIN2,
    [Prior] INT DEFAULT 0,
    [RefId] INT,
    [Origin] NVARCHAR(128) COLLATE Latin1_General_100_BIN2,
    [Before] NVARCHAR(MAX) COLLATE Latin1_General_100_BIN2,
    [After] NVARCHAR(MAX) COLLATE Latin1_General_100_BIN2,
    [Mac] NVARCHAR(64) COLLATE Latin1_General_100_BIN2
);
CREATE INDEX [TB_Log_Tm] ON [TB_Log] ([Tm]);

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
CREATE TABLE [TB_Reports] (
    [RepId] INT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    [Name] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [FileName] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [Type] INT NOT NULL,
    [Parent] INT NOT NULL DEFAULT 0,
    [Media] NVARCHAR(16) COLLATE Latin1_General_100_BIN2,
    [EditCmd] NVARCHAR(255) COLLATE Latin1_General_100_BIN2,
    [RunCmd] NVARCHAR(255) COLLATE Latin1_General_100_BIN2,
    [TmCreate] BIGINT,
    [TmEdit] BIGINT,
    [UserId] INT DEFAULT 0,
    [Source] VARBINARY(MAX)
);
CREATE INDEX [TB_Reports_Parent] ON [TB_Reports] ([Parent]);

-- TB_Strings (electro, ledger): Dictionaries of the system.
--   Part: 1 event categories, 2 device types, 3 rights, 4 aggregate functions, 5 preprocessor functions, 6 values of Calc, 7 session errors, 8 security
--   TextId: number within the part
--   Name: the text
--   BinData: bytes that belong to it
--   Comment: remark
CREATE TABLE [TB_Strings] (
    [Part] INT NOT NULL,
    [TextId] INT NOT NULL,
    [Name] NVARCHAR(128) COLLATE Latin1_General_100_BIN2,
    [BinData] VARBINARY(MAX),
    [Comment] NVARCHAR(255) COLLATE Latin1_General_100_BIN2,
    PRIMARY KEY ([Part], [TextId])
);

-- TB_Depend (electro, ledger): Arguments of computed points, each from a time on.
--   ObjId: the computed point; another kind of object in the top 4 bits; 1 to 1879048191
--   VarNumb: number of the argument in its formula
--   BaseId: the base point from then on; kind in the top 4 bits; 1 to 1879048191
--   DT: from when on (s)
CREATE TABLE [TB_Depend] (
    [ObjId] INT NOT NULL,
    [VarNumb] INT NOT NULL,
    [BaseId] INT NOT NULL,
    [DT] BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY ([ObjId], [VarNumb], [DT])
);
CREATE INDEX [TB_Depend_BaseId] ON [TB_Depend] ([BaseId]);

-- TB_Reactions (electro, ledger): What happens on an event.
--   ReactId: number of the reaction; 1 to 4 are the system's own; 1 to 268435455
--   Name: name
--   EvType: kind of event: 0 normal, 1 warning, 2 alarm, 3 system
--   TxtColor: colour of the message, 0x00RRGGBB; 0 to 16777215
--   Acust: sound: 0 none, 1 beep, 2 melody 1, 3 melody 2
--   RFlags: bits: 1 print, 2 journal, 4 acknowledgement needed, 8 show on screen; 0 to 15
--   AlrId: who is notified; 0 for nobody → TB_Alarms.AlrId
CREATE TABLE [TB_Reactions] (
    [ReactId] INT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    [Name] NVARCHAR(128) COLLATE Latin1_General_100_BIN2,
    [EvType] INT DEFAULT 0,
    [TxtColor] INT,
    [Acust] INT DEFAULT 0,
    [RFlags] INT DEFAULT 0,
    [AlrId] INT DEFAULT 0
);

-- TB_Alarms (electro, ledger): Who is notified, and when.
--   Id: number of the row
--   AlrId: group that TB_Reactions names; several rows may have it
--   TmFrom: active from here (s)
--   TmTo: active until before here (s)
--   WeekDays: a 0 or 1 for each day from Sunday
--   PostId1: tried first → TB_Post.PostId
--   PostId2: tried second → TB_Post.PostId
--   PostId3: tried third → TB_Post.PostId
CREATE TABLE [TB_Alarms] (
    [Id] INT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    [AlrId] INT NOT NULL,
    [TmFrom] BIGINT,
    [TmTo] BIGINT,
    [WeekDays] NVARCHAR(16) COLLATE Latin1_General_100_BIN2,
    [PostId1] INT DEFAULT 0,
    [PostId2] INT DEFAULT 0,
    [PostId3] INT DEFAULT 0
);
CREATE INDEX [TB_Alarms_AlrId] ON [TB_Alarms] ([AlrId]);

-- TB_Post (electro, ledger): Ways to notify.
--   PostId: number of the way to notify; 1 to 268435455
--   Media: how: `FAX`, `PAGER`, `VOICE`, `MAIL`, `NETSEND`, `SPEAK`, `HTTP`, `MQTT`
--   ModId: channel → TB_Modems.ModId
--   WorkZone: hours in which it works, 07:00-22:00
--   Link: number, address or voice
--   TryRetry: how often it is tried again; 0 and above
--   TryAfter: how long between tries (min); 0 and above
CREATE TABLE [TB_Post] (
    [PostId] INT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    [Media] NVARCHAR(16) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [ModId] INT DEFAULT 0,
    [WorkZone] NVARCHAR(16) COLLATE Latin1_General_100_BIN2,
    [Link] NVARCHAR(255) COLLATE Latin1_General_100_BIN2,
    [TryRetry] INT DEFAULT 0,
    [TryAfter] INT DEFAULT 0
);

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
CREATE TABLE [TB_Sheduler] (
    [DispId] INT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    [ShName] NVARCHAR(32) COLLATE Latin1_General_100_BIN2,
    [Name] NVARCHAR(128) COLLATE Latin1_General_100_BIN2,
    [IsActive] INT DEFAULT 1,
    [StartTime] INT,
    [StartMode] INT DEFAULT 0,
    [TryRetry] INT DEFAULT 0,
    [TryAfter] INT DEFAULT 0,
    [TryEvery] INT DEFAULT 0,
    [StopTime] INT,
    [ReactId0] INT DEFAULT 0,
    [ReactId1] INT DEFAULT 0,
    [DocInput] NVARCHAR(255) COLLATE Latin1_General_100_BIN2,
    [DocOutput] VARBINARY(MAX),
    [XmlAction] INT,
    [XmlOption] NVARCHAR(255) COLLATE Latin1_General_100_BIN2
);

-- Trend (electro, stratum): History of points.
--   ObjId: the point → TB_Objects.ObjId
--   DT: time since 1970 UTC (s)
--   Val: the value; null with flag X
--   Flag: letters: E estimated, M manual, B from the backup, P partial, V failed validation, S substituted, R replaced or rolled over, U uncertain, X no value; empty is measured and valid
CREATE TABLE [Trend] (
    [ObjId] INT NOT NULL,
    [DT] BIGINT NOT NULL,
    [Val] FLOAT(53),
    [Flag] NVARCHAR(8) COLLATE Latin1_General_100_BIN2,
    PRIMARY KEY ([ObjId], [DT])
);

-- Trend0 (electro, stratum): What came in and is not yet processed.
--   ObjId: the point → TB_Objects.ObjId
--   DT: time since 1970 UTC (s)
--   Val: the value; null with flag X
--   Flag: letters: E estimated, M manual, B from the backup, P partial, V failed validation, S substituted, R replaced or rolled over, U uncertain, X no value; empty is measured and valid
CREATE TABLE [Trend0] (
    [ObjId] INT NOT NULL,
    [DT] BIGINT NOT NULL,
    [Val] FLOAT(53),
    [Flag] NVARCHAR(8) COLLATE Latin1_General_100_BIN2,
    PRIMARY KEY ([ObjId], [DT])
);

-- Trend2 (electro, stratum): History of the second level.
--   ObjId: the point → TB_Objects.ObjId
--   DT: time since 1970 UTC (s)
--   Val: the value; null with flag X
--   Flag: letters: E estimated, M manual, B from the backup, P partial, V failed validation, S substituted, R replaced or rolled over, U uncertain, X no value; empty is measured and valid
CREATE TABLE [Trend2] (
    [ObjId] INT NOT NULL,
    [DT] BIGINT NOT NULL,
    [Val] FLOAT(53),
    [Flag] NVARCHAR(8) COLLATE Latin1_General_100_BIN2,
    PRIMARY KEY ([ObjId], [DT])
);

-- Current (electro, ledger): The newest value and the state of each point.
--   ObjId: the point → TB_Objects.ObjId
--   DT: time since 1970 UTC (s)
--   Val: the value; null with flag X
--   Flag: letters: E estimated, M manual, B from the backup, P partial, V failed validation, S substituted, R replaced or rolled over, U uncertain, X no value; empty is measured and valid
--   EvState: 16 times level plus sublevel
--   ExText: text of the state
--   EvSince: since when the state holds (s)
CREATE TABLE [Current] (
    [ObjId] INT NOT NULL,
    [DT] BIGINT NOT NULL,
    [Val] FLOAT(53),
    [Flag] NVARCHAR(8) COLLATE Latin1_General_100_BIN2,
    [EvState] INT DEFAULT 0,
    [ExText] NVARCHAR(255) COLLATE Latin1_General_100_BIN2,
    [EvSince] BIGINT,
    PRIMARY KEY ([ObjId]),
    FOREIGN KEY ([ObjId]) REFERENCES [TB_Objects] ([ObjId])
);

-- dcop_collect_bt (dcop, stratum): One row for each tool and production second.
--   VsPrimaryKey: {tool_id}_{yyyyMMddHHmmss}_SS for a live row, _RE for one back-filled; UTC
--   tool_id: the tool
--   time_order: plant time as yyyy/MM/dd HH:mm:ss
--   claim_time: the second that the row is of, UTC
--   rec_time: when it was stored
--   node_id: node that collected it
--   n01 to n360: number; dcop_conf_bt tells which
--   s01 to s10: text; dcop_conf_bt tells which
CREATE TABLE [dcop_collect_bt] (
    [VsPrimaryKey] NVARCHAR(60) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [tool_id] NVARCHAR(12) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [time_order] NVARCHAR(19) COLLATE Latin1_General_100_BIN2,
    [claim_time] DATETIME2(3) NOT NULL,
    [rec_time] DATETIME2(3),
    [node_id] NVARCHAR(16) COLLATE Latin1_General_100_BIN2,
    [n01] FLOAT(53),
    [n02] FLOAT(53),
    [n03] FLOAT(53),
    [n04] FLOAT(53),
    [n05] FLOAT(53),
    [n06] FLOAT(53),
    [n07] FLOAT(53),
    [n08] FLOAT(53),
    [n09] FLOAT(53),
    [n10] FLOAT(53),
    [n11] FLOAT(53),
    [n12] FLOAT(53),
    [n13] FLOAT(53),
    [n14] FLOAT(53),
    [n15] FLOAT(53),
    [n16] FLOAT(53),
    [n17] FLOAT(53),
    [n18] FLOAT(53),
    [n19] FLOAT(53),
    [n20] FLOAT(53),
    [n21] FLOAT(53),
    [n22] FLOAT(53),
    [n23] FLOAT(53),
    [n24] FLOAT(53),
    [n25] FLOAT(53),
    [n26] FLOAT(53),
    [n27] FLOAT(53),
    [n28] FLOAT(53),
    [n29] FLOAT(53),
    [n30] FLOAT(53),
    [n31] FLOAT(53),
    [n32] FLOAT(53),
    [n33] FLOAT(53),
    [n34] FLOAT(53),
    [n35] FLOAT(53),
    [n36] FLOAT(53),
    [n37] FLOAT(53),
    [n38] FLOAT(53),
    [n39] FLOAT(53),
    [n40] FLOAT(53),
    [n41] FLOAT(53),
    [n42] FLOAT(53),
    [n43] FLOAT(53),
    [n44] FLOAT(53),
    [n45] FLOAT(53),
    [n46] FLOAT(53),
    [n47] FLOAT(53),
    [n48] FLOAT(53),
    [n49] FLOAT(53),
    [n50] FLOAT(53),
    [n51] FLOAT(53),
    [n52] FLOAT(53),
    [n53] FLOAT(53),
    [n54] FLOAT(53),
    [n55] FLOAT(53),
    [n56] FLOAT(53),
    [n57] FLOAT(53),
    [n58] FLOAT(53),
    [n59] FLOAT(53),
    [n60] FLOAT(53),
    [n61] FLOAT(53),
    [n62] FLOAT(53),
    [n63] FLOAT(53),
    [n64] FLOAT(53),
    [n65] FLOAT(53),
    [n66] FLOAT(53),
    [n67] FLOAT(53),
    [n68] FLOAT(53),
    [n69] FLOAT(53),
    [n70] FLOAT(53),
    [n71] FLOAT(53),
    [n72] FLOAT(53),
    [n73] FLOAT(53),
    [n74] FLOAT(53),
    [n75] FLOAT(53),
    [n76] FLOAT(53),
    [n77] FLOAT(53),
    [n78] FLOAT(53),
    [n79] FLOAT(53),
    [n80] FLOAT(53),
    [n81] FLOAT(53),
    [n82] FLOAT(53),
    [n83] FLOAT(53),
    [n84] FLOAT(53),
    [n85] FLOAT(53),
    [n86] FLOAT(53),
    [n87] FLOAT(53),
    [n88] FLOAT(53),
    [n89] FLOAT(53),
    [n90] FLOAT(53),
    [n91] FLOAT(53),
    [n92] FLOAT(53),
    [n93] FLOAT(53),
    [n94] FLOAT(53),
    [n95] FLOAT(53),
    [n96] FLOAT(53),
    [n97] FLOAT(53),
    [n98] FLOAT(53),
    [n99] FLOAT(53),
    [n100] FLOAT(53),
    [n101] FLOAT(53),
    [n102] FLOAT(53),
    [n103] FLOAT(53),
    [n104] FLOAT(53),
    [n105] FLOAT(53),
    [n106] FLOAT(53),
    [n107] FLOAT(53),
    [n108] FLOAT(53),
    [n109] FLOAT(53),
    [n110] FLOAT(53),
    [n111] FLOAT(53),
    [n112] FLOAT(53),
    [n113] FLOAT(53),
    [n114] FLOAT(53),
    [n115] FLOAT(53),
    [n116] FLOAT(53),
    [n117] FLOAT(53),
    [n118] FLOAT(53),
    [n119] FLOAT(53),
    [n120] FLOAT(53),
    [n121] FLOAT(53),
    [n122] FLOAT(53),
    [n123] FLOAT(53),
    [n124] FLOAT(53),
    [n125] FLOAT(53),
    [n126] FLOAT(53),
    [n127] FLOAT(53),
    [n128] FLOAT(53),
    [n129] FLOAT(53),
    [n130] FLOAT(53),
    [n131] FLOAT(53),
    [n132] FLOAT(53),
    [n133] FLOAT(53),
    [n134] FLOAT(53),
    [n135] FLOAT(53),
    [n136] FLOAT(53),
    [n137] FLOAT(53),
    [n138] FLOAT(53),
    [n139] FLOAT(53),
    [n140] FLOAT(53),
    [n141] FLOAT(53),
    [n142] FLOAT(53),
    [n143] FLOAT(53),
    [n144] FLOAT(53),
    [n145] FLOAT(53),
    [n146] FLOAT(53),
    [n147] FLOAT(53),
    [n148] FLOAT(53),
    [n149] FLOAT(53),
    [n150] FLOAT(53),
    [n151] FLOAT(53),
    [n152] FLOAT(53),
    [n153] FLOAT(53),
    [n154] FLOAT(53),
    [n155] FLOAT(53),
    [n156] FLOAT(53),
    [n157] FLOAT(53),
    [n158] FLOAT(53),
    [n159] FLOAT(53),
    [n160] FLOAT(53),
    [n161] FLOAT(53),
    [n162] FLOAT(53),
    [n163] FLOAT(53),
    [n164] FLOAT(53),
    [n165] FLOAT(53),
    [n166] FLOAT(53),
    [n167] FLOAT(53),
    [n168] FLOAT(53),
    [n169] FLOAT(53),
    [n170] FLOAT(53),
    [n171] FLOAT(53),
    [n172] FLOAT(53),
    [n173] FLOAT(53),
    [n174] FLOAT(53),
    [n175] FLOAT(53),
    [n176] FLOAT(53),
    [n177] FLOAT(53),
    [n178] FLOAT(53),
    [n179] FLOAT(53),
    [n180] FLOAT(53),
    [n181] FLOAT(53),
    [n182] FLOAT(53),
    [n183] FLOAT(53),
    [n184] FLOAT(53),
    [n185] FLOAT(53),
    [n186] FLOAT(53),
    [n187] FLOAT(53),
    [n188] FLOAT(53),
    [n189] FLOAT(53),
    [n190] FLOAT(53),
    [n191] FLOAT(53),
    [n192] FLOAT(53),
    [n193] FLOAT(53),
    [n194] FLOAT(53),
    [n195] FLOAT(53),
    [n196] FLOAT(53),
    [n197] FLOAT(53),
    [n198] FLOAT(53),
    [n199] FLOAT(53),
    [n200] FLOAT(53),
    [n201] FLOAT(53),
    [n202] FLOAT(53),
    [n203] FLOAT(53),
    [n204] FLOAT(53),
    [n205] FLOAT(53),
    [n206] FLOAT(53),
    [n207] FLOAT(53),
    [n208] FLOAT(53),
    [n209] FLOAT(53),
    [n210] FLOAT(53),
    [n211] FLOAT(53),
    [n212] FLOAT(53),
    [n213] FLOAT(53),
    [n214] FLOAT(53),
    [n215] FLOAT(53),
    [n216] FLOAT(53),
    [n217] FLOAT(53),
    [n218] FLOAT(53),
    [n219] FLOAT(53),
    [n220] FLOAT(53),
    [n221] FLOAT(53),
    [n222] FLOAT(53),
    [n223] FLOAT(53),
    [n224] FLOAT(53),
    [n225] FLOAT(53),
    [n226] FLOAT(53),
    [n227] FLOAT(53),
    [n228] FLOAT(53),
    [n229] FLOAT(53),
    [n230] FLOAT(53),
    [n231] FLOAT(53),
    [n232] FLOAT(53),
    [n233] FLOAT(53),
    [n234] FLOAT(53),
    [n235] FLOAT(53),
    [n236] FLOAT(53),
    [n237] FLOAT(53),
    [n238] FLOAT(53),
    [n239] FLOAT(53),
    [n240] FLOAT(53),
    [n241] FLOAT(53),
    [n242] FLOAT(53),
    [n243] FLOAT(53),
    [n244] FLOAT(53),
    [n245] FLOAT(53),
    [n246] FLOAT(53),
    [n247] FLOAT(53),
    [n248] FLOAT(53),
    [n249] FLOAT(53),
    [n250] FLOAT(53),
    [n251] FLOAT(53),
    [n252] FLOAT(53),
    [n253] FLOAT(53),
    [n254] FLOAT(53),
    [n255] FLOAT(53),
    [n256] FLOAT(53),
    [n257] FLOAT(53),
    [n258] FLOAT(53),
    [n259] FLOAT(53),
    [n260] FLOAT(53),
    [n261] FLOAT(53),
    [n262] FLOAT(53),
    [n263] FLOAT(53),
    [n264] FLOAT(53),
    [n265] FLOAT(53),
    [n266] FLOAT(53),
    [n267] FLOAT(53),
    [n268] FLOAT(53),
    [n269] FLOAT(53),
    [n270] FLOAT(53),
    [n271] FLOAT(53),
    [n272] FLOAT(53),
    [n273] FLOAT(53),
    [n274] FLOAT(53),
    [n275] FLOAT(53),
    [n276] FLOAT(53),
    [n277] FLOAT(53),
    [n278] FLOAT(53),
    [n279] FLOAT(53),
    [n280] FLOAT(53),
    [n281] FLOAT(53),
    [n282] FLOAT(53),
    [n283] FLOAT(53),
    [n284] FLOAT(53),
    [n285] FLOAT(53),
    [n286] FLOAT(53),
    [n287] FLOAT(53),
    [n288] FLOAT(53),
    [n289] FLOAT(53),
    [n290] FLOAT(53),
    [n291] FLOAT(53),
    [n292] FLOAT(53),
    [n293] FLOAT(53),
    [n294] FLOAT(53),
    [n295] FLOAT(53),
    [n296] FLOAT(53),
    [n297] FLOAT(53),
    [n298] FLOAT(53),
    [n299] FLOAT(53),
    [n300] FLOAT(53),
    [n301] FLOAT(53),
    [n302] FLOAT(53),
    [n303] FLOAT(53),
    [n304] FLOAT(53),
    [n305] FLOAT(53),
    [n306] FLOAT(53),
    [n307] FLOAT(53),
    [n308] FLOAT(53),
    [n309] FLOAT(53),
    [n310] FLOAT(53),
    [n311] FLOAT(53),
    [n312] FLOAT(53),
    [n313] FLOAT(53),
    [n314] FLOAT(53),
    [n315] FLOAT(53),
    [n316] FLOAT(53),
    [n317] FLOAT(53),
    [n318] FLOAT(53),
    [n319] FLOAT(53),
    [n320] FLOAT(53),
    [n321] FLOAT(53),
    [n322] FLOAT(53),
    [n323] FLOAT(53),
    [n324] FLOAT(53),
    [n325] FLOAT(53),
    [n326] FLOAT(53),
    [n327] FLOAT(53),
    [n328] FLOAT(53),
    [n329] FLOAT(53),
    [n330] FLOAT(53),
    [n331] FLOAT(53),
    [n332] FLOAT(53),
    [n333] FLOAT(53),
    [n334] FLOAT(53),
    [n335] FLOAT(53),
    [n336] FLOAT(53),
    [n337] FLOAT(53),
    [n338] FLOAT(53),
    [n339] FLOAT(53),
    [n340] FLOAT(53),
    [n341] FLOAT(53),
    [n342] FLOAT(53),
    [n343] FLOAT(53),
    [n344] FLOAT(53),
    [n345] FLOAT(53),
    [n346] FLOAT(53),
    [n347] FLOAT(53),
    [n348] FLOAT(53),
    [n349] FLOAT(53),
    [n350] FLOAT(53),
    [n351] FLOAT(53),
    [n352] FLOAT(53),
    [n353] FLOAT(53),
    [n354] FLOAT(53),
    [n355] FLOAT(53),
    [n356] FLOAT(53),
    [n357] FLOAT(53),
    [n358] FLOAT(53),
    [n359] FLOAT(53),
    [n360] FLOAT(53),
    [s01] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s02] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s03] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s04] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s05] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s06] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s07] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s08] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s09] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s10] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    PRIMARY KEY ([VsPrimaryKey])
);
CREATE INDEX [dcop_collect_bt_tool_id_claim_time] ON [dcop_collect_bt] ([tool_id], [claim_time]);

-- dcop_collect_bth (dcop, stratum): Older rows of dcop_collect_bt.
--   VsPrimaryKey: {tool_id}_{yyyyMMddHHmmss}_SS for a live row, _RE for one back-filled; UTC
--   tool_id: the tool
--   time_order: plant time as yyyy/MM/dd HH:mm:ss
--   claim_time: the second that the row is of, UTC
--   rec_time: when it was stored
--   node_id: node that collected it
--   n01 to n360: number; dcop_conf_bt tells which
--   s01 to s10: text; dcop_conf_bt tells which
CREATE TABLE [dcop_collect_bth] (
    [VsPrimaryKey] NVARCHAR(60) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [tool_id] NVARCHAR(12) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [time_order] NVARCHAR(19) COLLATE Latin1_General_100_BIN2,
    [claim_time] DATETIME2(3) NOT NULL,
    [rec_time] DATETIME2(3),
    [node_id] NVARCHAR(16) COLLATE Latin1_General_100_BIN2,
    [n01] FLOAT(53),
    [n02] FLOAT(53),
    [n03] FLOAT(53),
    [n04] FLOAT(53),
    [n05] FLOAT(53),
    [n06] FLOAT(53),
    [n07] FLOAT(53),
    [n08] FLOAT(53),
    [n09] FLOAT(53),
    [n10] FLOAT(53),
    [n11] FLOAT(53),
    [n12] FLOAT(53),
    [n13] FLOAT(53),
    [n14] FLOAT(53),
    [n15] FLOAT(53),
    [n16] FLOAT(53),
    [n17] FLOAT(53),
    [n18] FLOAT(53),
    [n19] FLOAT(53),
    [n20] FLOAT(53),
    [n21] FLOAT(53),
    [n22] FLOAT(53),
    [n23] FLOAT(53),
    [n24] FLOAT(53),
    [n25] FLOAT(53),
    [n26] FLOAT(53),
    [n27] FLOAT(53),
    [n28] FLOAT(53),
    [n29] FLOAT(53),
    [n30] FLOAT(53),
    [n31] FLOAT(53),
    [n32] FLOAT(53),
    [n33] FLOAT(53),
    [n34] FLOAT(53),
    [n35] FLOAT(53),
    [n36] FLOAT(53),
    [n37] FLOAT(53),
    [n38] FLOAT(53),
    [n39] FLOAT(53),
    [n40] FLOAT(53),
    [n41] FLOAT(53),
    [n42] FLOAT(53),
    [n43] FLOAT(53),
    [n44] FLOAT(53),
    [n45] FLOAT(53),
    [n46] FLOAT(53),
    [n47] FLOAT(53),
    [n48] FLOAT(53),
    [n49] FLOAT(53),
    [n50] FLOAT(53),
    [n51] FLOAT(53),
    [n52] FLOAT(53),
    [n53] FLOAT(53),
    [n54] FLOAT(53),
    [n55] FLOAT(53),
    [n56] FLOAT(53),
    [n57] FLOAT(53),
    [n58] FLOAT(53),
    [n59] FLOAT(53),
    [n60] FLOAT(53),
    [n61] FLOAT(53),
    [n62] FLOAT(53),
    [n63] FLOAT(53),
    [n64] FLOAT(53),
    [n65] FLOAT(53),
    [n66] FLOAT(53),
    [n67] FLOAT(53),
    [n68] FLOAT(53),
    [n69] FLOAT(53),
    [n70] FLOAT(53),
    [n71] FLOAT(53),
    [n72] FLOAT(53),
    [n73] FLOAT(53),
    [n74] FLOAT(53),
    [n75] FLOAT(53),
    [n76] FLOAT(53),
    [n77] FLOAT(53),
    [n78] FLOAT(53),
    [n79] FLOAT(53),
    [n80] FLOAT(53),
    [n81] FLOAT(53),
    [n82] FLOAT(53),
    [n83] FLOAT(53),
    [n84] FLOAT(53),
    [n85] FLOAT(53),
    [n86] FLOAT(53),
    [n87] FLOAT(53),
    [n88] FLOAT(53),
    [n89] FLOAT(53),
    [n90] FLOAT(53),
    [n91] FLOAT(53),
    [n92] FLOAT(53),
    [n93] FLOAT(53),
    [n94] FLOAT(53),
    [n95] FLOAT(53),
    [n96] FLOAT(53),
    [n97] FLOAT(53),
    [n98] FLOAT(53),
    [n99] FLOAT(53),
    [n100] FLOAT(53),
    [n101] FLOAT(53),
    [n102] FLOAT(53),
    [n103] FLOAT(53),
    [n104] FLOAT(53),
    [n105] FLOAT(53),
    [n106] FLOAT(53),
    [n107] FLOAT(53),
    [n108] FLOAT(53),
    [n109] FLOAT(53),
    [n110] FLOAT(53),
    [n111] FLOAT(53),
    [n112] FLOAT(53),
    [n113] FLOAT(53),
    [n114] FLOAT(53),
    [n115] FLOAT(53),
    [n116] FLOAT(53),
    [n117] FLOAT(53),
    [n118] FLOAT(53),
    [n119] FLOAT(53),
    [n120] FLOAT(53),
    [n121] FLOAT(53),
    [n122] FLOAT(53),
    [n123] FLOAT(53),
    [n124] FLOAT(53),
    [n125] FLOAT(53),
    [n126] FLOAT(53),
    [n127] FLOAT(53),
    [n128] FLOAT(53),
    [n129] FLOAT(53),
    [n130] FLOAT(53),
    [n131] FLOAT(53),
    [n132] FLOAT(53),
    [n133] FLOAT(53),
    [n134] FLOAT(53),
    [n135] FLOAT(53),
    [n136] FLOAT(53),
    [n137] FLOAT(53),
    [n138] FLOAT(53),
    [n139] FLOAT(53),
    [n140] FLOAT(53),
    [n141] FLOAT(53),
    [n142] FLOAT(53),
    [n143] FLOAT(53),
    [n144] FLOAT(53),
    [n145] FLOAT(53),
    [n146] FLOAT(53),
    [n147] FLOAT(53),
    [n148] FLOAT(53),
    [n149] FLOAT(53),
    [n150] FLOAT(53),
    [n151] FLOAT(53),
    [n152] FLOAT(53),
    [n153] FLOAT(53),
    [n154] FLOAT(53),
    [n155] FLOAT(53),
    [n156] FLOAT(53),
    [n157] FLOAT(53),
    [n158] FLOAT(53),
    [n159] FLOAT(53),
    [n160] FLOAT(53),
    [n161] FLOAT(53),
    [n162] FLOAT(53),
    [n163] FLOAT(53),
    [n164] FLOAT(53),
    [n165] FLOAT(53),
    [n166] FLOAT(53),
    [n167] FLOAT(53),
    [n168] FLOAT(53),
    [n169] FLOAT(53),
    [n170] FLOAT(53),
    [n171] FLOAT(53),
    [n172] FLOAT(53),
    [n173] FLOAT(53),
    [n174] FLOAT(53),
    [n175] FLOAT(53),
    [n176] FLOAT(53),
    [n177] FLOAT(53),
    [n178] FLOAT(53),
    [n179] FLOAT(53),
    [n180] FLOAT(53),
    [n181] FLOAT(53),
    [n182] FLOAT(53),
    [n183] FLOAT(53),
    [n184] FLOAT(53),
    [n185] FLOAT(53),
    [n186] FLOAT(53),
    [n187] FLOAT(53),
    [n188] FLOAT(53),
    [n189] FLOAT(53),
    [n190] FLOAT(53),
    [n191] FLOAT(53),
    [n192] FLOAT(53),
    [n193] FLOAT(53),
    [n194] FLOAT(53),
    [n195] FLOAT(53),
    [n196] FLOAT(53),
    [n197] FLOAT(53),
    [n198] FLOAT(53),
    [n199] FLOAT(53),
    [n200] FLOAT(53),
    [n201] FLOAT(53),
    [n202] FLOAT(53),
    [n203] FLOAT(53),
    [n204] FLOAT(53),
    [n205] FLOAT(53),
    [n206] FLOAT(53),
    [n207] FLOAT(53),
    [n208] FLOAT(53),
    [n209] FLOAT(53),
    [n210] FLOAT(53),
    [n211] FLOAT(53),
    [n212] FLOAT(53),
    [n213] FLOAT(53),
    [n214] FLOAT(53),
    [n215] FLOAT(53),
    [n216] FLOAT(53),
    [n217] FLOAT(53),
    [n218] FLOAT(53),
    [n219] FLOAT(53),
    [n220] FLOAT(53),
    [n221] FLOAT(53),
    [n222] FLOAT(53),
    [n223] FLOAT(53),
    [n224] FLOAT(53),
    [n225] FLOAT(53),
    [n226] FLOAT(53),
    [n227] FLOAT(53),
    [n228] FLOAT(53),
    [n229] FLOAT(53),
    [n230] FLOAT(53),
    [n231] FLOAT(53),
    [n232] FLOAT(53),
    [n233] FLOAT(53),
    [n234] FLOAT(53),
    [n235] FLOAT(53),
    [n236] FLOAT(53),
    [n237] FLOAT(53),
    [n238] FLOAT(53),
    [n239] FLOAT(53),
    [n240] FLOAT(53),
    [n241] FLOAT(53),
    [n242] FLOAT(53),
    [n243] FLOAT(53),
    [n244] FLOAT(53),
    [n245] FLOAT(53),
    [n246] FLOAT(53),
    [n247] FLOAT(53),
    [n248] FLOAT(53),
    [n249] FLOAT(53),
    [n250] FLOAT(53),
    [n251] FLOAT(53),
    [n252] FLOAT(53),
    [n253] FLOAT(53),
    [n254] FLOAT(53),
    [n255] FLOAT(53),
    [n256] FLOAT(53),
    [n257] FLOAT(53),
    [n258] FLOAT(53),
    [n259] FLOAT(53),
    [n260] FLOAT(53),
    [n261] FLOAT(53),
    [n262] FLOAT(53),
    [n263] FLOAT(53),
    [n264] FLOAT(53),
    [n265] FLOAT(53),
    [n266] FLOAT(53),
    [n267] FLOAT(53),
    [n268] FLOAT(53),
    [n269] FLOAT(53),
    [n270] FLOAT(53),
    [n271] FLOAT(53),
    [n272] FLOAT(53),
    [n273] FLOAT(53),
    [n274] FLOAT(53),
    [n275] FLOAT(53),
    [n276] FLOAT(53),
    [n277] FLOAT(53),
    [n278] FLOAT(53),
    [n279] FLOAT(53),
    [n280] FLOAT(53),
    [n281] FLOAT(53),
    [n282] FLOAT(53),
    [n283] FLOAT(53),
    [n284] FLOAT(53),
    [n285] FLOAT(53),
    [n286] FLOAT(53),
    [n287] FLOAT(53),
    [n288] FLOAT(53),
    [n289] FLOAT(53),
    [n290] FLOAT(53),
    [n291] FLOAT(53),
    [n292] FLOAT(53),
    [n293] FLOAT(53),
    [n294] FLOAT(53),
    [n295] FLOAT(53),
    [n296] FLOAT(53),
    [n297] FLOAT(53),
    [n298] FLOAT(53),
    [n299] FLOAT(53),
    [n300] FLOAT(53),
    [n301] FLOAT(53),
    [n302] FLOAT(53),
    [n303] FLOAT(53),
    [n304] FLOAT(53),
    [n305] FLOAT(53),
    [n306] FLOAT(53),
    [n307] FLOAT(53),
    [n308] FLOAT(53),
    [n309] FLOAT(53),
    [n310] FLOAT(53),
    [n311] FLOAT(53),
    [n312] FLOAT(53),
    [n313] FLOAT(53),
    [n314] FLOAT(53),
    [n315] FLOAT(53),
    [n316] FLOAT(53),
    [n317] FLOAT(53),
    [n318] FLOAT(53),
    [n319] FLOAT(53),
    [n320] FLOAT(53),
    [n321] FLOAT(53),
    [n322] FLOAT(53),
    [n323] FLOAT(53),
    [n324] FLOAT(53),
    [n325] FLOAT(53),
    [n326] FLOAT(53),
    [n327] FLOAT(53),
    [n328] FLOAT(53),
    [n329] FLOAT(53),
    [n330] FLOAT(53),
    [n331] FLOAT(53),
    [n332] FLOAT(53),
    [n333] FLOAT(53),
    [n334] FLOAT(53),
    [n335] FLOAT(53),
    [n336] FLOAT(53),
    [n337] FLOAT(53),
    [n338] FLOAT(53),
    [n339] FLOAT(53),
    [n340] FLOAT(53),
    [n341] FLOAT(53),
    [n342] FLOAT(53),
    [n343] FLOAT(53),
    [n344] FLOAT(53),
    [n345] FLOAT(53),
    [n346] FLOAT(53),
    [n347] FLOAT(53),
    [n348] FLOAT(53),
    [n349] FLOAT(53),
    [n350] FLOAT(53),
    [n351] FLOAT(53),
    [n352] FLOAT(53),
    [n353] FLOAT(53),
    [n354] FLOAT(53),
    [n355] FLOAT(53),
    [n356] FLOAT(53),
    [n357] FLOAT(53),
    [n358] FLOAT(53),
    [n359] FLOAT(53),
    [n360] FLOAT(53),
    [s01] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s02] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s03] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s04] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s05] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s06] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s07] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s08] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s09] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s10] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    PRIMARY KEY ([VsPrimaryKey])
);
CREATE INDEX [dcop_collect_bth_tool_id_claim_time] ON [dcop_collect_bth] ([tool_id], [claim_time]);

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
CREATE TABLE [dcop_collect_ct] (
    [VsPrimaryKey] NVARCHAR(60) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [tool_id] NVARCHAR(12) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [time_order] NVARCHAR(19) COLLATE Latin1_General_100_BIN2,
    [claim_time] DATETIME2(3) NOT NULL,
    [rec_time] DATETIME2(3),
    [node_id] NVARCHAR(16) COLLATE Latin1_General_100_BIN2,
    [n01] FLOAT(53),
    [n02] FLOAT(53),
    [n03] FLOAT(53),
    [n04] FLOAT(53),
    [n05] FLOAT(53),
    [n06] FLOAT(53),
    [n07] FLOAT(53),
    [n08] FLOAT(53),
    [n09] FLOAT(53),
    [n10] FLOAT(53),
    [n11] FLOAT(53),
    [n12] FLOAT(53),
    [n13] FLOAT(53),
    [n14] FLOAT(53),
    [n15] FLOAT(53),
    [n16] FLOAT(53),
    [n17] FLOAT(53),
    [n18] FLOAT(53),
    [n19] FLOAT(53),
    [n20] FLOAT(53),
    [n21] FLOAT(53),
    [n22] FLOAT(53),
    [n23] FLOAT(53),
    [n24] FLOAT(53),
    [n25] FLOAT(53),
    [n26] FLOAT(53),
    [n27] FLOAT(53),
    [n28] FLOAT(53),
    [n29] FLOAT(53),
    [n30] FLOAT(53),
    [n31] FLOAT(53),
    [n32] FLOAT(53),
    [n33] FLOAT(53),
    [n34] FLOAT(53),
    [n35] FLOAT(53),
    [n36] FLOAT(53),
    [n37] FLOAT(53),
    [n38] FLOAT(53),
    [n39] FLOAT(53),
    [n40] FLOAT(53),
    [n41] FLOAT(53),
    [n42] FLOAT(53),
    [n43] FLOAT(53),
    [n44] FLOAT(53),
    [n45] FLOAT(53),
    [n46] FLOAT(53),
    [n47] FLOAT(53),
    [n48] FLOAT(53),
    [n49] FLOAT(53),
    [n50] FLOAT(53),
    [n51] FLOAT(53),
    [n52] FLOAT(53),
    [n53] FLOAT(53),
    [n54] FLOAT(53),
    [n55] FLOAT(53),
    [n56] FLOAT(53),
    [n57] FLOAT(53),
    [n58] FLOAT(53),
    [n59] FLOAT(53),
    [n60] FLOAT(53),
    [n61] FLOAT(53),
    [n62] FLOAT(53),
    [n63] FLOAT(53),
    [n64] FLOAT(53),
    [n65] FLOAT(53),
    [n66] FLOAT(53),
    [n67] FLOAT(53),
    [n68] FLOAT(53),
    [n69] FLOAT(53),
    [n70] FLOAT(53),
    [n71] FLOAT(53),
    [n72] FLOAT(53),
    [n73] FLOAT(53),
    [n74] FLOAT(53),
    [n75] FLOAT(53),
    [n76] FLOAT(53),
    [n77] FLOAT(53),
    [n78] FLOAT(53),
    [n79] FLOAT(53),
    [n80] FLOAT(53),
    [n81] FLOAT(53),
    [n82] FLOAT(53),
    [n83] FLOAT(53),
    [n84] FLOAT(53),
    [n85] FLOAT(53),
    [n86] FLOAT(53),
    [n87] FLOAT(53),
    [n88] FLOAT(53),
    [n89] FLOAT(53),
    [n90] FLOAT(53),
    [n91] FLOAT(53),
    [n92] FLOAT(53),
    [n93] FLOAT(53),
    [n94] FLOAT(53),
    [n95] FLOAT(53),
    [n96] FLOAT(53),
    [n97] FLOAT(53),
    [n98] FLOAT(53),
    [n99] FLOAT(53),
    [n100] FLOAT(53),
    [n101] FLOAT(53),
    [n102] FLOAT(53),
    [n103] FLOAT(53),
    [n104] FLOAT(53),
    [n105] FLOAT(53),
    [n106] FLOAT(53),
    [n107] FLOAT(53),
    [n108] FLOAT(53),
    [n109] FLOAT(53),
    [n110] FLOAT(53),
    [n111] FLOAT(53),
    [n112] FLOAT(53),
    [n113] FLOAT(53),
    [n114] FLOAT(53),
    [n115] FLOAT(53),
    [n116] FLOAT(53),
    [n117] FLOAT(53),
    [n118] FLOAT(53),
    [n119] FLOAT(53),
    [n120] FLOAT(53),
    [n121] FLOAT(53),
    [n122] FLOAT(53),
    [n123] FLOAT(53),
    [n124] FLOAT(53),
    [n125] FLOAT(53),
    [n126] FLOAT(53),
    [n127] FLOAT(53),
    [n128] FLOAT(53),
    [n129] FLOAT(53),
    [n130] FLOAT(53),
    [n131] FLOAT(53),
    [n132] FLOAT(53),
    [n133] FLOAT(53),
    [n134] FLOAT(53),
    [n135] FLOAT(53),
    [n136] FLOAT(53),
    [n137] FLOAT(53),
    [n138] FLOAT(53),
    [n139] FLOAT(53),
    [n140] FLOAT(53),
    [n141] FLOAT(53),
    [n142] FLOAT(53),
    [n143] FLOAT(53),
    [n144] FLOAT(53),
    [n145] FLOAT(53),
    [n146] FLOAT(53),
    [n147] FLOAT(53),
    [n148] FLOAT(53),
    [n149] FLOAT(53),
    [n150] FLOAT(53),
    [n151] FLOAT(53),
    [n152] FLOAT(53),
    [n153] FLOAT(53),
    [n154] FLOAT(53),
    [n155] FLOAT(53),
    [n156] FLOAT(53),
    [n157] FLOAT(53),
    [n158] FLOAT(53),
    [n159] FLOAT(53),
    [n160] FLOAT(53),
    [n161] FLOAT(53),
    [n162] FLOAT(53),
    [n163] FLOAT(53),
    [n164] FLOAT(53),
    [n165] FLOAT(53),
    [n166] FLOAT(53),
    [n167] FLOAT(53),
    [n168] FLOAT(53),
    [n169] FLOAT(53),
    [n170] FLOAT(53),
    [n171] FLOAT(53),
    [n172] FLOAT(53),
    [n173] FLOAT(53),
    [n174] FLOAT(53),
    [n175] FLOAT(53),
    [n176] FLOAT(53),
    [n177] FLOAT(53),
    [n178] FLOAT(53),
    [n179] FLOAT(53),
    [n180] FLOAT(53),
    [n181] FLOAT(53),
    [n182] FLOAT(53),
    [n183] FLOAT(53),
    [n184] FLOAT(53),
    [n185] FLOAT(53),
    [n186] FLOAT(53),
    [n187] FLOAT(53),
    [n188] FLOAT(53),
    [n189] FLOAT(53),
    [n190] FLOAT(53),
    [n191] FLOAT(53),
    [n192] FLOAT(53),
    [n193] FLOAT(53),
    [n194] FLOAT(53),
    [n195] FLOAT(53),
    [n196] FLOAT(53),
    [n197] FLOAT(53),
    [n198] FLOAT(53),
    [n199] FLOAT(53),
    [n200] FLOAT(53),
    [n201] FLOAT(53),
    [n202] FLOAT(53),
    [n203] FLOAT(53),
    [n204] FLOAT(53),
    [n205] FLOAT(53),
    [n206] FLOAT(53),
    [n207] FLOAT(53),
    [n208] FLOAT(53),
    [n209] FLOAT(53),
    [n210] FLOAT(53),
    [n211] FLOAT(53),
    [n212] FLOAT(53),
    [n213] FLOAT(53),
    [n214] FLOAT(53),
    [n215] FLOAT(53),
    [n216] FLOAT(53),
    [n217] FLOAT(53),
    [n218] FLOAT(53),
    [n219] FLOAT(53),
    [n220] FLOAT(53),
    [n221] FLOAT(53),
    [n222] FLOAT(53),
    [n223] FLOAT(53),
    [n224] FLOAT(53),
    [n225] FLOAT(53),
    [n226] FLOAT(53),
    [n227] FLOAT(53),
    [n228] FLOAT(53),
    [n229] FLOAT(53),
    [n230] FLOAT(53),
    [n231] FLOAT(53),
    [n232] FLOAT(53),
    [n233] FLOAT(53),
    [n234] FLOAT(53),
    [n235] FLOAT(53),
    [n236] FLOAT(53),
    [n237] FLOAT(53),
    [n238] FLOAT(53),
    [n239] FLOAT(53),
    [n240] FLOAT(53),
    [n241] FLOAT(53),
    [n242] FLOAT(53),
    [n243] FLOAT(53),
    [n244] FLOAT(53),
    [n245] FLOAT(53),
    [n246] FLOAT(53),
    [n247] FLOAT(53),
    [n248] FLOAT(53),
    [n249] FLOAT(53),
    [n250] FLOAT(53),
    [n251] FLOAT(53),
    [n252] FLOAT(53),
    [n253] FLOAT(53),
    [n254] FLOAT(53),
    [n255] FLOAT(53),
    [n256] FLOAT(53),
    [n257] FLOAT(53),
    [n258] FLOAT(53),
    [n259] FLOAT(53),
    [n260] FLOAT(53),
    [n261] FLOAT(53),
    [n262] FLOAT(53),
    [n263] FLOAT(53),
    [n264] FLOAT(53),
    [n265] FLOAT(53),
    [n266] FLOAT(53),
    [n267] FLOAT(53),
    [n268] FLOAT(53),
    [n269] FLOAT(53),
    [n270] FLOAT(53),
    [n271] FLOAT(53),
    [n272] FLOAT(53),
    [n273] FLOAT(53),
    [n274] FLOAT(53),
    [n275] FLOAT(53),
    [n276] FLOAT(53),
    [n277] FLOAT(53),
    [n278] FLOAT(53),
    [n279] FLOAT(53),
    [n280] FLOAT(53),
    [n281] FLOAT(53),
    [n282] FLOAT(53),
    [n283] FLOAT(53),
    [n284] FLOAT(53),
    [n285] FLOAT(53),
    [n286] FLOAT(53),
    [n287] FLOAT(53),
    [n288] FLOAT(53),
    [n289] FLOAT(53),
    [n290] FLOAT(53),
    [n291] FLOAT(53),
    [n292] FLOAT(53),
    [n293] FLOAT(53),
    [n294] FLOAT(53),
    [n295] FLOAT(53),
    [n296] FLOAT(53),
    [n297] FLOAT(53),
    [n298] FLOAT(53),
    [n299] FLOAT(53),
    [n300] FLOAT(53),
    [n301] FLOAT(53),
    [n302] FLOAT(53),
    [n303] FLOAT(53),
    [n304] FLOAT(53),
    [n305] FLOAT(53),
    [n306] FLOAT(53),
    [n307] FLOAT(53),
    [n308] FLOAT(53),
    [n309] FLOAT(53),
    [n310] FLOAT(53),
    [n311] FLOAT(53),
    [n312] FLOAT(53),
    [n313] FLOAT(53),
    [n314] FLOAT(53),
    [n315] FLOAT(53),
    [n316] FLOAT(53),
    [n317] FLOAT(53),
    [n318] FLOAT(53),
    [n319] FLOAT(53),
    [n320] FLOAT(53),
    [n321] FLOAT(53),
    [n322] FLOAT(53),
    [n323] FLOAT(53),
    [n324] FLOAT(53),
    [n325] FLOAT(53),
    [n326] FLOAT(53),
    [n327] FLOAT(53),
    [n328] FLOAT(53),
    [n329] FLOAT(53),
    [n330] FLOAT(53),
    [n331] FLOAT(53),
    [n332] FLOAT(53),
    [n333] FLOAT(53),
    [n334] FLOAT(53),
    [n335] FLOAT(53),
    [n336] FLOAT(53),
    [n337] FLOAT(53),
    [n338] FLOAT(53),
    [n339] FLOAT(53),
    [n340] FLOAT(53),
    [n341] FLOAT(53),
    [n342] FLOAT(53),
    [n343] FLOAT(53),
    [n344] FLOAT(53),
    [n345] FLOAT(53),
    [n346] FLOAT(53),
    [n347] FLOAT(53),
    [n348] FLOAT(53),
    [n349] FLOAT(53),
    [n350] FLOAT(53),
    [n351] FLOAT(53),
    [n352] FLOAT(53),
    [n353] FLOAT(53),
    [n354] FLOAT(53),
    [n355] FLOAT(53),
    [n356] FLOAT(53),
    [n357] FLOAT(53),
    [n358] FLOAT(53),
    [n359] FLOAT(53),
    [n360] FLOAT(53),
    [s01] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s02] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s03] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s04] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s05] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s06] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s07] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s08] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s09] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s10] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [cycle_no] BIGINT,
    [start_time] DATETIME2(3),
    [end_time] DATETIME2(3),
    [sample_count] INT,
    [recipe] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [lot] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [result] INT DEFAULT 0,
    PRIMARY KEY ([VsPrimaryKey])
);
CREATE INDEX [dcop_collect_ct_tool_id_claim_time] ON [dcop_collect_ct] ([tool_id], [claim_time]);

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
CREATE TABLE [dcop_collect_cth] (
    [VsPrimaryKey] NVARCHAR(60) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [tool_id] NVARCHAR(12) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [time_order] NVARCHAR(19) COLLATE Latin1_General_100_BIN2,
    [claim_time] DATETIME2(3) NOT NULL,
    [rec_time] DATETIME2(3),
    [node_id] NVARCHAR(16) COLLATE Latin1_General_100_BIN2,
    [n01] FLOAT(53),
    [n02] FLOAT(53),
    [n03] FLOAT(53),
    [n04] FLOAT(53),
    [n05] FLOAT(53),
    [n06] FLOAT(53),
    [n07] FLOAT(53),
    [n08] FLOAT(53),
    [n09] FLOAT(53),
    [n10] FLOAT(53),
    [n11] FLOAT(53),
    [n12] FLOAT(53),
    [n13] FLOAT(53),
    [n14] FLOAT(53),
    [n15] FLOAT(53),
    [n16] FLOAT(53),
    [n17] FLOAT(53),
    [n18] FLOAT(53),
    [n19] FLOAT(53),
    [n20] FLOAT(53),
    [n21] FLOAT(53),
    [n22] FLOAT(53),
    [n23] FLOAT(53),
    [n24] FLOAT(53),
    [n25] FLOAT(53),
    [n26] FLOAT(53),
    [n27] FLOAT(53),
    [n28] FLOAT(53),
    [n29] FLOAT(53),
    [n30] FLOAT(53),
    [n31] FLOAT(53),
    [n32] FLOAT(53),
    [n33] FLOAT(53),
    [n34] FLOAT(53),
    [n35] FLOAT(53),
    [n36] FLOAT(53),
    [n37] FLOAT(53),
    [n38] FLOAT(53),
    [n39] FLOAT(53),
    [n40] FLOAT(53),
    [n41] FLOAT(53),
    [n42] FLOAT(53),
    [n43] FLOAT(53),
    [n44] FLOAT(53),
    [n45] FLOAT(53),
    [n46] FLOAT(53),
    [n47] FLOAT(53),
    [n48] FLOAT(53),
    [n49] FLOAT(53),
    [n50] FLOAT(53),
    [n51] FLOAT(53),
    [n52] FLOAT(53),
    [n53] FLOAT(53),
    [n54] FLOAT(53),
    [n55] FLOAT(53),
    [n56] FLOAT(53),
    [n57] FLOAT(53),
    [n58] FLOAT(53),
    [n59] FLOAT(53),
    [n60] FLOAT(53),
    [n61] FLOAT(53),
    [n62] FLOAT(53),
    [n63] FLOAT(53),
    [n64] FLOAT(53),
    [n65] FLOAT(53),
    [n66] FLOAT(53),
    [n67] FLOAT(53),
    [n68] FLOAT(53),
    [n69] FLOAT(53),
    [n70] FLOAT(53),
    [n71] FLOAT(53),
    [n72] FLOAT(53),
    [n73] FLOAT(53),
    [n74] FLOAT(53),
    [n75] FLOAT(53),
    [n76] FLOAT(53),
    [n77] FLOAT(53),
    [n78] FLOAT(53),
    [n79] FLOAT(53),
    [n80] FLOAT(53),
    [n81] FLOAT(53),
    [n82] FLOAT(53),
    [n83] FLOAT(53),
    [n84] FLOAT(53),
    [n85] FLOAT(53),
    [n86] FLOAT(53),
    [n87] FLOAT(53),
    [n88] FLOAT(53),
    [n89] FLOAT(53),
    [n90] FLOAT(53),
    [n91] FLOAT(53),
    [n92] FLOAT(53),
    [n93] FLOAT(53),
    [n94] FLOAT(53),
    [n95] FLOAT(53),
    [n96] FLOAT(53),
    [n97] FLOAT(53),
    [n98] FLOAT(53),
    [n99] FLOAT(53),
    [n100] FLOAT(53),
    [n101] FLOAT(53),
    [n102] FLOAT(53),
    [n103] FLOAT(53),
    [n104] FLOAT(53),
    [n105] FLOAT(53),
    [n106] FLOAT(53),
    [n107] FLOAT(53),
    [n108] FLOAT(53),
    [n109] FLOAT(53),
    [n110] FLOAT(53),
    [n111] FLOAT(53),
    [n112] FLOAT(53),
    [n113] FLOAT(53),
    [n114] FLOAT(53),
    [n115] FLOAT(53),
    [n116] FLOAT(53),
    [n117] FLOAT(53),
    [n118] FLOAT(53),
    [n119] FLOAT(53),
    [n120] FLOAT(53),
    [n121] FLOAT(53),
    [n122] FLOAT(53),
    [n123] FLOAT(53),
    [n124] FLOAT(53),
    [n125] FLOAT(53),
    [n126] FLOAT(53),
    [n127] FLOAT(53),
    [n128] FLOAT(53),
    [n129] FLOAT(53),
    [n130] FLOAT(53),
    [n131] FLOAT(53),
    [n132] FLOAT(53),
    [n133] FLOAT(53),
    [n134] FLOAT(53),
    [n135] FLOAT(53),
    [n136] FLOAT(53),
    [n137] FLOAT(53),
    [n138] FLOAT(53),
    [n139] FLOAT(53),
    [n140] FLOAT(53),
    [n141] FLOAT(53),
    [n142] FLOAT(53),
    [n143] FLOAT(53),
    [n144] FLOAT(53),
    [n145] FLOAT(53),
    [n146] FLOAT(53),
    [n147] FLOAT(53),
    [n148] FLOAT(53),
    [n149] FLOAT(53),
    [n150] FLOAT(53),
    [n151] FLOAT(53),
    [n152] FLOAT(53),
    [n153] FLOAT(53),
    [n154] FLOAT(53),
    [n155] FLOAT(53),
    [n156] FLOAT(53),
    [n157] FLOAT(53),
    [n158] FLOAT(53),
    [n159] FLOAT(53),
    [n160] FLOAT(53),
    [n161] FLOAT(53),
    [n162] FLOAT(53),
    [n163] FLOAT(53),
    [n164] FLOAT(53),
    [n165] FLOAT(53),
    [n166] FLOAT(53),
    [n167] FLOAT(53),
    [n168] FLOAT(53),
    [n169] FLOAT(53),
    [n170] FLOAT(53),
    [n171] FLOAT(53),
    [n172] FLOAT(53),
    [n173] FLOAT(53),
    [n174] FLOAT(53),
    [n175] FLOAT(53),
    [n176] FLOAT(53),
    [n177] FLOAT(53),
    [n178] FLOAT(53),
    [n179] FLOAT(53),
    [n180] FLOAT(53),
    [n181] FLOAT(53),
    [n182] FLOAT(53),
    [n183] FLOAT(53),
    [n184] FLOAT(53),
    [n185] FLOAT(53),
    [n186] FLOAT(53),
    [n187] FLOAT(53),
    [n188] FLOAT(53),
    [n189] FLOAT(53),
    [n190] FLOAT(53),
    [n191] FLOAT(53),
    [n192] FLOAT(53),
    [n193] FLOAT(53),
    [n194] FLOAT(53),
    [n195] FLOAT(53),
    [n196] FLOAT(53),
    [n197] FLOAT(53),
    [n198] FLOAT(53),
    [n199] FLOAT(53),
    [n200] FLOAT(53),
    [n201] FLOAT(53),
    [n202] FLOAT(53),
    [n203] FLOAT(53),
    [n204] FLOAT(53),
    [n205] FLOAT(53),
    [n206] FLOAT(53),
    [n207] FLOAT(53),
    [n208] FLOAT(53),
    [n209] FLOAT(53),
    [n210] FLOAT(53),
    [n211] FLOAT(53),
    [n212] FLOAT(53),
    [n213] FLOAT(53),
    [n214] FLOAT(53),
    [n215] FLOAT(53),
    [n216] FLOAT(53),
    [n217] FLOAT(53),
    [n218] FLOAT(53),
    [n219] FLOAT(53),
    [n220] FLOAT(53),
    [n221] FLOAT(53),
    [n222] FLOAT(53),
    [n223] FLOAT(53),
    [n224] FLOAT(53),
    [n225] FLOAT(53),
    [n226] FLOAT(53),
    [n227] FLOAT(53),
    [n228] FLOAT(53),
    [n229] FLOAT(53),
    [n230] FLOAT(53),
    [n231] FLOAT(53),
    [n232] FLOAT(53),
    [n233] FLOAT(53),
    [n234] FLOAT(53),
    [n235] FLOAT(53),
    [n236] FLOAT(53),
    [n237] FLOAT(53),
    [n238] FLOAT(53),
    [n239] FLOAT(53),
    [n240] FLOAT(53),
    [n241] FLOAT(53),
    [n242] FLOAT(53),
    [n243] FLOAT(53),
    [n244] FLOAT(53),
    [n245] FLOAT(53),
    [n246] FLOAT(53),
    [n247] FLOAT(53),
    [n248] FLOAT(53),
    [n249] FLOAT(53),
    [n250] FLOAT(53),
    [n251] FLOAT(53),
    [n252] FLOAT(53),
    [n253] FLOAT(53),
    [n254] FLOAT(53),
    [n255] FLOAT(53),
    [n256] FLOAT(53),
    [n257] FLOAT(53),
    [n258] FLOAT(53),
    [n259] FLOAT(53),
    [n260] FLOAT(53),
    [n261] FLOAT(53),
    [n262] FLOAT(53),
    [n263] FLOAT(53),
    [n264] FLOAT(53),
    [n265] FLOAT(53),
    [n266] FLOAT(53),
    [n267] FLOAT(53),
    [n268] FLOAT(53),
    [n269] FLOAT(53),
    [n270] FLOAT(53),
    [n271] FLOAT(53),
    [n272] FLOAT(53),
    [n273] FLOAT(53),
    [n274] FLOAT(53),
    [n275] FLOAT(53),
    [n276] FLOAT(53),
    [n277] FLOAT(53),
    [n278] FLOAT(53),
    [n279] FLOAT(53),
    [n280] FLOAT(53),
    [n281] FLOAT(53),
    [n282] FLOAT(53),
    [n283] FLOAT(53),
    [n284] FLOAT(53),
    [n285] FLOAT(53),
    [n286] FLOAT(53),
    [n287] FLOAT(53),
    [n288] FLOAT(53),
    [n289] FLOAT(53),
    [n290] FLOAT(53),
    [n291] FLOAT(53),
    [n292] FLOAT(53),
    [n293] FLOAT(53),
    [n294] FLOAT(53),
    [n295] FLOAT(53),
    [n296] FLOAT(53),
    [n297] FLOAT(53),
    [n298] FLOAT(53),
    [n299] FLOAT(53),
    [n300] FLOAT(53),
    [n301] FLOAT(53),
    [n302] FLOAT(53),
    [n303] FLOAT(53),
    [n304] FLOAT(53),
    [n305] FLOAT(53),
    [n306] FLOAT(53),
    [n307] FLOAT(53),
    [n308] FLOAT(53),
    [n309] FLOAT(53),
    [n310] FLOAT(53),
    [n311] FLOAT(53),
    [n312] FLOAT(53),
    [n313] FLOAT(53),
    [n314] FLOAT(53),
    [n315] FLOAT(53),
    [n316] FLOAT(53),
    [n317] FLOAT(53),
    [n318] FLOAT(53),
    [n319] FLOAT(53),
    [n320] FLOAT(53),
    [n321] FLOAT(53),
    [n322] FLOAT(53),
    [n323] FLOAT(53),
    [n324] FLOAT(53),
    [n325] FLOAT(53),
    [n326] FLOAT(53),
    [n327] FLOAT(53),
    [n328] FLOAT(53),
    [n329] FLOAT(53),
    [n330] FLOAT(53),
    [n331] FLOAT(53),
    [n332] FLOAT(53),
    [n333] FLOAT(53),
    [n334] FLOAT(53),
    [n335] FLOAT(53),
    [n336] FLOAT(53),
    [n337] FLOAT(53),
    [n338] FLOAT(53),
    [n339] FLOAT(53),
    [n340] FLOAT(53),
    [n341] FLOAT(53),
    [n342] FLOAT(53),
    [n343] FLOAT(53),
    [n344] FLOAT(53),
    [n345] FLOAT(53),
    [n346] FLOAT(53),
    [n347] FLOAT(53),
    [n348] FLOAT(53),
    [n349] FLOAT(53),
    [n350] FLOAT(53),
    [n351] FLOAT(53),
    [n352] FLOAT(53),
    [n353] FLOAT(53),
    [n354] FLOAT(53),
    [n355] FLOAT(53),
    [n356] FLOAT(53),
    [n357] FLOAT(53),
    [n358] FLOAT(53),
    [n359] FLOAT(53),
    [n360] FLOAT(53),
    [s01] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s02] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s03] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s04] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s05] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s06] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s07] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s08] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s09] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [s10] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [cycle_no] BIGINT,
    [start_time] DATETIME2(3),
    [end_time] DATETIME2(3),
    [sample_count] INT,
    [recipe] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [lot] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [result] INT DEFAULT 0,
    [archived_at] DATETIME2(3),
    PRIMARY KEY ([VsPrimaryKey])
);
CREATE INDEX [dcop_collect_cth_tool_id_claim_time] ON [dcop_collect_cth] ([tool_id], [claim_time]);

-- dcop_collect_tt1 (dcop, ledger): Keys of rows taken up and not yet settled; empty when all is settled.
--   VsPrimaryKey: key of the row that is taken up
--   tool_id: the tool
--   task: the summary or move that took it
--   taken_at: when
CREATE TABLE [dcop_collect_tt1] (
    [VsPrimaryKey] NVARCHAR(60) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [tool_id] NVARCHAR(12) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [task] NVARCHAR(16) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [taken_at] DATETIME2(3) NOT NULL,
    PRIMARY KEY ([VsPrimaryKey])
);

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
CREATE TABLE [dcop_event_bt] (
    [VsPrimaryKey] NVARCHAR(60) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [tool_id] NVARCHAR(12) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [kind] INT NOT NULL,
    [code_name] NVARCHAR(12) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [code_desc] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [idxfield] INT DEFAULT 0,
    [event_cate] INT,
    [field_value] FLOAT(53),
    [field_data] NVARCHAR(128) COLLATE Latin1_General_100_BIN2,
    [claim_time] DATETIME2(3) NOT NULL,
    [rec_time] DATETIME2(3),
    [node_id] NVARCHAR(16) COLLATE Latin1_General_100_BIN2,
    PRIMARY KEY ([VsPrimaryKey])
);
CREATE INDEX [dcop_event_bt_tool_id_claim_time] ON [dcop_event_bt] ([tool_id], [claim_time]);

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
CREATE TABLE [dcop_event_bth] (
    [VsPrimaryKey] NVARCHAR(60) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [tool_id] NVARCHAR(12) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [kind] INT NOT NULL,
    [code_name] NVARCHAR(12) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [code_desc] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [idxfield] INT DEFAULT 0,
    [event_cate] INT,
    [field_value] FLOAT(53),
    [field_data] NVARCHAR(128) COLLATE Latin1_General_100_BIN2,
    [claim_time] DATETIME2(3) NOT NULL,
    [rec_time] DATETIME2(3),
    [node_id] NVARCHAR(16) COLLATE Latin1_General_100_BIN2,
    PRIMARY KEY ([VsPrimaryKey])
);
CREATE INDEX [dcop_event_bth_tool_id_claim_time] ON [dcop_event_bth] ([tool_id], [claim_time]);

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
CREATE TABLE [dcop_event_code_bt] (
    [ws_type] NVARCHAR(32) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [code_name] NVARCHAR(12) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [kind] INT,
    [category] NVARCHAR(32) COLLATE Latin1_General_100_BIN2,
    [desc_en] NVARCHAR(128) COLLATE Latin1_General_100_BIN2,
    [desc_de] NVARCHAR(128) COLLATE Latin1_General_100_BIN2,
    [desc_ru] NVARCHAR(128) COLLATE Latin1_General_100_BIN2,
    [desc_zh] NVARCHAR(128) COLLATE Latin1_General_100_BIN2,
    [severity] INT DEFAULT 0,
    PRIMARY KEY ([ws_type], [code_name])
);

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
CREATE TABLE [dcop_conf_bt] (
    [tool_id] NVARCHAR(32) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [column_name] NVARCHAR(8) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [valid_from] DATETIME2(3) NOT NULL,
    [name] NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [source] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [unit] NVARCHAR(16) COLLATE Latin1_General_100_BIN2,
    [scale] FLOAT(53) DEFAULT 1,
    [offset] FLOAT(53) DEFAULT 0,
    [valid_min] FLOAT(53),
    [valid_max] FLOAT(53),
    [cycle_aggregate] NVARCHAR(8) COLLATE Latin1_General_100_BIN2 DEFAULT N'last',
    [recipe] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [active] BIT NOT NULL DEFAULT 1,
    PRIMARY KEY ([tool_id], [column_name], [valid_from])
);

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
CREATE TABLE [dcop_param_tool_bt] (
    [tool_id] NVARCHAR(12) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [ws_type] NVARCHAR(32) COLLATE Latin1_General_100_BIN2,
    [cate1] NVARCHAR(32) COLLATE Latin1_General_100_BIN2,
    [cate2] NVARCHAR(32) COLLATE Latin1_General_100_BIN2,
    [cate3] NVARCHAR(32) COLLATE Latin1_General_100_BIN2,
    [active1a] BIT,
    [active2a] BIT,
    [active3a] BIT,
    [active4a] BIT,
    [active5a] BIT,
    [active6a] BIT,
    [active7a] BIT,
    [active8a] BIT,
    [active9a] BIT,
    [active10a] BIT,
    [active11a] BIT,
    [active12a] BIT,
    [active13a] BIT,
    [active14a] BIT,
    [active15a] BIT,
    [active16a] BIT,
    [value1a] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [value2a] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [value3a] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [value4a] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [value5a] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [value6a] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [value7a] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [value8a] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [value9a] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [value10a] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [value11a] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [value12a] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [value13a] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [value14a] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [value15a] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [value16a] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [value1b] NVARCHAR(8) COLLATE Latin1_General_100_BIN2,
    [value2b] NVARCHAR(8) COLLATE Latin1_General_100_BIN2,
    [value3b] NVARCHAR(8) COLLATE Latin1_General_100_BIN2,
    [value4b] NVARCHAR(8) COLLATE Latin1_General_100_BIN2,
    [value5b] NVARCHAR(8) COLLATE Latin1_General_100_BIN2,
    [value6b] NVARCHAR(8) COLLATE Latin1_General_100_BIN2,
    [value7b] NVARCHAR(8) COLLATE Latin1_General_100_BIN2,
    [value8b] NVARCHAR(8) COLLATE Latin1_General_100_BIN2,
    [value9b] NVARCHAR(8) COLLATE Latin1_General_100_BIN2,
    [value10b] NVARCHAR(8) COLLATE Latin1_General_100_BIN2,
    [value11b] NVARCHAR(8) COLLATE Latin1_General_100_BIN2,
    [value12b] NVARCHAR(8) COLLATE Latin1_General_100_BIN2,
    [value13b] NVARCHAR(8) COLLATE Latin1_General_100_BIN2,
    [value14b] NVARCHAR(8) COLLATE Latin1_General_100_BIN2,
    [value15b] NVARCHAR(8) COLLATE Latin1_General_100_BIN2,
    [value16b] NVARCHAR(8) COLLATE Latin1_General_100_BIN2,
    [value1c] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [value2c] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [value3c] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [value4c] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [value5c] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [value6c] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [value7c] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [value8c] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [value9c] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [value10c] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [value11c] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [value12c] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [value13c] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [value14c] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [value15c] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [value16c] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [rate1a] FLOAT(53),
    [rate2a] FLOAT(53),
    [rate3a] FLOAT(53),
    [rate4a] FLOAT(53),
    [rate5a] FLOAT(53),
    [rate6a] FLOAT(53),
    [rate7a] FLOAT(53),
    [rate8a] FLOAT(53),
    [rate9a] FLOAT(53),
    [rate10a] FLOAT(53),
    [rate11a] FLOAT(53),
    [rate12a] FLOAT(53),
    [rate13a] FLOAT(53),
    [rate14a] FLOAT(53),
    [rate15a] FLOAT(53),
    [rate16a] FLOAT(53),
    [note1] NVARCHAR(255) COLLATE Latin1_General_100_BIN2,
    [rec_user] NVARCHAR(32) COLLATE Latin1_General_100_BIN2,
    [rec_time] DATETIME2(3),
    [interval_ms] INT NOT NULL DEFAULT 1000,
    [cycle_rule] NVARCHAR(16) COLLATE Latin1_General_100_BIN2,
    [cycle_column] NVARCHAR(8) COLLATE Latin1_General_100_BIN2,
    [timeout_s] INT,
    [keep_bt] INT,
    [keep_bth] INT,
    [keep_ct] INT,
    [keep_cth] INT,
    [keep_event] INT,
    [keep_eventh] INT,
    [conn_id] INT DEFAULT 0,
    [enabled] BIT NOT NULL DEFAULT 1,
    PRIMARY KEY ([tool_id])
);

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
CREATE TABLE [study] (
    [StudyInstanceUID] NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [PatientID] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [StudyDescription] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [Modality] NVARCHAR(16) COLLATE Latin1_General_100_BIN2,
    [SourceAE] NVARCHAR(16) COLLATE Latin1_General_100_BIN2,
    [StudyTime] DATETIME2(3),
    [ReceivedAt] DATETIME2(3) NOT NULL,
    [ChangedAt] DATETIME2(3) NOT NULL,
    [Status] NVARCHAR(24) COLLATE Latin1_General_100_BIN2 NOT NULL DEFAULT N'new',
    [SeriesCount] INT NOT NULL DEFAULT 0,
    [InstanceCount] INT NOT NULL DEFAULT 0,
    [Held] BIT NOT NULL DEFAULT 0,
    [Error] NVARCHAR(255) COLLATE Latin1_General_100_BIN2,
    PRIMARY KEY ([StudyInstanceUID])
);
CREATE INDEX [study_Status] ON [study] ([Status]);

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
CREATE TABLE [series] (
    [SeriesInstanceUID] NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [StudyInstanceUID] NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [SeriesNumber] INT,
    [SeriesDescription] NVARCHAR(64) COLLATE Latin1_General_100_BIN2,
    [Modality] NVARCHAR(16) COLLATE Latin1_General_100_BIN2,
    [InstanceCount] INT NOT NULL DEFAULT 0,
    [Bytes] BIGINT NOT NULL DEFAULT 0,
    [Status] NVARCHAR(24) COLLATE Latin1_General_100_BIN2 NOT NULL DEFAULT N'new',
    [Held] BIT NOT NULL DEFAULT 0,
    [Error] NVARCHAR(255) COLLATE Latin1_General_100_BIN2,
    PRIMARY KEY ([SeriesInstanceUID]),
    FOREIGN KEY ([StudyInstanceUID]) REFERENCES [study] ([StudyInstanceUID])
);
CREATE INDEX [series_StudyInstanceUID] ON [series] ([StudyInstanceUID]);

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
CREATE TABLE [inference_task] (
    [Id] BIGINT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    [StudyInstanceUID] NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [Model] NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [Status] NVARCHAR(16) COLLATE Latin1_General_100_BIN2 NOT NULL DEFAULT N'queued',
    [Attempt] INT NOT NULL DEFAULT 0,
    [Superseded] BIT NOT NULL DEFAULT 0,
    [QueuedAt] DATETIME2(3),
    [StartedAt] DATETIME2(3),
    [FinishedAt] DATETIME2(3),
    [ExitCode] INT,
    [ResultFile] NVARCHAR(255) COLLATE Latin1_General_100_BIN2,
    [Error] NVARCHAR(255) COLLATE Latin1_General_100_BIN2,
    FOREIGN KEY ([StudyInstanceUID]) REFERENCES [study] ([StudyInstanceUID])
);
CREATE INDEX [inference_task_StudyInstanceUID] ON [inference_task] ([StudyInstanceUID]);
CREATE INDEX [inference_task_Status] ON [inference_task] ([Status]);

-- status_change (study, ledger): Every change of a state.
--   Id: number of the change
--   What: study, series or inference_task
--   WhatId: which one
--   FromStatus: state before
--   ToStatus: state after
--   At: when
--   Why: what made it change
CREATE TABLE [status_change] (
    [Id] BIGINT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    [What] NVARCHAR(16) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [WhatId] NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [FromStatus] NVARCHAR(24) COLLATE Latin1_General_100_BIN2,
    [ToStatus] NVARCHAR(24) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [At] DATETIME2(3) NOT NULL,
    [Why] NVARCHAR(255) COLLATE Latin1_General_100_BIN2
);
CREATE INDEX [status_change_What_WhatId] ON [status_change] ([What], [WhatId]);

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
CREATE TABLE [vv_param_map] (
    [DevType] INT NOT NULL,
    [SubType] INT NOT NULL DEFAULT 0,
    [MemInd] INT NOT NULL,
    [Name] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [Address] NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [DataType] NVARCHAR(8) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [WordOrder] NVARCHAR(8) COLLATE Latin1_General_100_BIN2,
    [Scale] FLOAT(53) DEFAULT 1,
    [Offset] FLOAT(53) DEFAULT 0,
    [DimId] INT DEFAULT 0,
    [Writable] BIT NOT NULL DEFAULT 0,
    [Comment] NVARCHAR(255) COLLATE Latin1_General_100_BIN2,
    PRIMARY KEY ([DevType], [SubType], [MemInd])
);

-- vv_follower (ours, ledger): How far each follower of the history has come.
--   Name: name of the follower
--   Sequence: everything up to here is done
--   UpdatedAt: when it last moved on
CREATE TABLE [vv_follower] (
    [Name] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [Sequence] BIGINT NOT NULL,
    [UpdatedAt] DATETIME2(3) NOT NULL,
    PRIMARY KEY ([Name])
);

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
CREATE TABLE [vv_point_option] (
    [ObjId] INT NOT NULL,
    [HistoryId] BIGINT,
    [Mode] NVARCHAR(16) COLLATE Latin1_General_100_BIN2 NOT NULL DEFAULT N'change',
    [Period_s] FLOAT(53),
    [DeadBand] FLOAT(53),
    [DeadBandKind] NVARCHAR(16) COLLATE Latin1_General_100_BIN2,
    [Deviation] FLOAT(53),
    [Timeout_s] FLOAT(53),
    [Validity_s] FLOAT(53),
    [Decimals] INT,
    [Interpolation] NVARCHAR(16) COLLATE Latin1_General_100_BIN2,
    PRIMARY KEY ([ObjId]),
    FOREIGN KEY ([ObjId]) REFERENCES [TB_Objects] ([ObjId])
);

-- vv_rejected (ours, ledger): Samples that were refused for their time; the oldest go first.
--   Id: number, in the order of arrival
--   Tag: name of the tag
--   Time: the sample's own time since 1970 UTC (ms)
--   Value: the value as text
--   Reason: why it was refused
--   ReceivedAt: when it came
CREATE TABLE [vv_rejected] (
    [Id] BIGINT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    [Tag] NVARCHAR(255) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [Time] BIGINT,
    [Value] NVARCHAR(255) COLLATE Latin1_General_100_BIN2,
    [Reason] NVARCHAR(255) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [ReceivedAt] DATETIME2(3) NOT NULL
);

-- vv_schema (ours, ledger): Versions of the catalogue that the ledger has been brought up to.
--   Version: version of the catalogue
--   AppliedAt: when the database was brought up to it
--   Changes: tables, columns and indexes that were made
CREATE TABLE [vv_schema] (
    [Version] INT NOT NULL,
    [AppliedAt] DATETIME2(3) NOT NULL,
    [Changes] INT NOT NULL,
    PRIMARY KEY ([Version])
);

-- vv_partition (ours, ledger): Partitions that there are.
--   ProviderId: the history database → ScadaProviderMapping.Id
--   TableName: name of the partition's table
--   StartTime: first instant that it holds
--   EndTime: first instant that it does not
--   Rows: rows that it has
--   Bytes: room that it takes
--   State: open, closed or pruned
CREATE TABLE [vv_partition] (
    [ProviderId] BIGINT NOT NULL,
    [TableName] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [StartTime] DATETIME2(3) NOT NULL,
    [EndTime] DATETIME2(3) NOT NULL,
    [Rows] BIGINT,
    [Bytes] BIGINT,
    [State] NVARCHAR(16) COLLATE Latin1_General_100_BIN2,
    PRIMARY KEY ([ProviderId], [TableName]),
    FOREIGN KEY ([ProviderId]) REFERENCES [ScadaProviderMapping] ([Id])
);

-- vv_annotation (ours, ledger): Notes on points and times.
--   AnnId: number of the note
--   Target: tag or branch that it is about
--   FromTime: start of what it is about
--   ToTime: end of what it is about
--   Text: the note
--   UserId: who wrote it → TB_User.UserId
--   CreatedAt: when it was written
--   ChangedAt: when it was last changed
CREATE TABLE [vv_annotation] (
    [AnnId] BIGINT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    [Target] NVARCHAR(255) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [FromTime] DATETIME2(3) NOT NULL,
    [ToTime] DATETIME2(3),
    [Text] NVARCHAR(MAX) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [UserId] INT DEFAULT 0,
    [CreatedAt] DATETIME2(3) NOT NULL,
    [ChangedAt] DATETIME2(3)
);
CREATE INDEX [vv_annotation_Target_FromTime] ON [vv_annotation] ([Target], [FromTime]);

-- vv_view (ours, ledger): Saved views.
--   ViewId: number of the view
--   Name: name
--   Owner: who saved it → TB_User.UserId
--   Shared: whether others see it
--   State: the view, as JSON
--   ChangedAt: when it was last changed
CREATE TABLE [vv_view] (
    [ViewId] BIGINT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    [Name] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [Owner] INT DEFAULT 0,
    [Shared] BIT NOT NULL DEFAULT 0,
    [State] NVARCHAR(MAX) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [ChangedAt] DATETIME2(3) NOT NULL
);

-- vv_session (ours, ledger): Logins.
--   SessionHash: hash of the session's secret
--   UserId: who logged in → TB_User.UserId
--   CreatedAt: when
--   LastAt: when it was last used
--   Origin: from where
--   EndedAt: when it ended
CREATE TABLE [vv_session] (
    [SessionHash] NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [UserId] INT NOT NULL,
    [CreatedAt] DATETIME2(3) NOT NULL,
    [LastAt] DATETIME2(3) NOT NULL,
    [Origin] NVARCHAR(128) COLLATE Latin1_General_100_BIN2,
    [EndedAt] DATETIME2(3),
    PRIMARY KEY ([SessionHash]),
    FOREIGN KEY ([UserId]) REFERENCES [TB_User] ([UserId])
);
CREATE INDEX [vv_session_UserId] ON [vv_session] ([UserId]);

-- vv_token (ours, ledger): Tokens of programs.
--   TokenId: number of the token
--   UserId: whose it is → TB_User.UserId
--   Name: name
--   Hash: hash of its secret
--   Rights: bits as in TB_User
--   ExpiresAt: when it ends
--   LastAt: when it was last used
--   RevokedAt: when it was revoked
CREATE TABLE [vv_token] (
    [TokenId] BIGINT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    [UserId] INT NOT NULL,
    [Name] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [Hash] NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [Rights] INT NOT NULL DEFAULT 0,
    [ExpiresAt] DATETIME2(3),
    [LastAt] DATETIME2(3),
    [RevokedAt] DATETIME2(3),
    FOREIGN KEY ([UserId]) REFERENCES [TB_User] ([UserId])
);
CREATE INDEX [vv_token_UserId] ON [vv_token] ([UserId]);

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
CREATE TABLE [vv_alarm] (
    [AlarmId] BIGINT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    [ObjId] INT NOT NULL,
    [ReactId] INT DEFAULT 0,
    [Level] INT NOT NULL,
    [RaisedAt] DATETIME2(3) NOT NULL,
    [ReturnedAt] DATETIME2(3),
    [AckAt] DATETIME2(3),
    [AckUser] INT DEFAULT 0,
    [AckText] NVARCHAR(255) COLLATE Latin1_General_100_BIN2,
    [ShelvedUntil] DATETIME2(3),
    FOREIGN KEY ([ObjId]) REFERENCES [TB_Objects] ([ObjId])
);
CREATE INDEX [vv_alarm_ObjId] ON [vv_alarm] ([ObjId]);

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
CREATE TABLE [vv_outbox] (
    [MsgId] BIGINT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    [PostId] INT DEFAULT 0,
    [AlarmId] BIGINT DEFAULT 0,
    [Text] NVARCHAR(MAX) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [State] NVARCHAR(16) COLLATE Latin1_General_100_BIN2 NOT NULL DEFAULT N'waiting',
    [Tries] INT NOT NULL DEFAULT 0,
    [NextAt] DATETIME2(3),
    [SentAt] DATETIME2(3),
    [Error] NVARCHAR(255) COLLATE Latin1_General_100_BIN2
);
CREATE INDEX [vv_outbox_State_NextAt] ON [vv_outbox] ([State], [NextAt]);

-- vv_job_run (ours, ledger): Runs of jobs.
--   RunId: number of the run
--   DispId: the job → TB_Sheduler.DispId
--   StartedAt: when it started
--   EndedAt: when it ended
--   Result: exit code; null while it runs
--   Output: what it said
CREATE TABLE [vv_job_run] (
    [RunId] BIGINT IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    [DispId] INT NOT NULL,
    [StartedAt] DATETIME2(3) NOT NULL,
    [EndedAt] DATETIME2(3),
    [Result] INT,
    [Output] NVARCHAR(MAX) COLLATE Latin1_General_100_BIN2,
    FOREIGN KEY ([DispId]) REFERENCES [TB_Sheduler] ([DispId])
);
CREATE INDEX [vv_job_run_DispId] ON [vv_job_run] ([DispId]);

-- vv_day_type (ours, ledger): Kinds of days.
--   CalendarId: the calendar
--   Date: local date, yyyy-MM-dd
--   Kind: what kind of day it is: `weekday`, `weekend`, `holiday`
CREATE TABLE [vv_day_type] (
    [CalendarId] INT NOT NULL,
    [Date] NVARCHAR(10) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [Kind] NVARCHAR(16) COLLATE Latin1_General_100_BIN2 NOT NULL,
    PRIMARY KEY ([CalendarId], [Date])
);

-- vv_tarif_day (ours, ledger): Half-hours of a tariff by kind of day.
--   TarifId: the tariff → TB_Tarif.TarifId
--   Kind: kind of day: `weekday`, `weekend`, `holiday`
--   Selector: the half-hours that count, a 0 or 1 for each
CREATE TABLE [vv_tarif_day] (
    [TarifId] INT NOT NULL,
    [Kind] NVARCHAR(16) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [Selector] NCHAR(48) COLLATE Latin1_General_100_BIN2 NOT NULL,
    PRIMARY KEY ([TarifId], [Kind]),
    FOREIGN KEY ([TarifId]) REFERENCES [TB_Tarif] ([TarifId])
);

-- vv_gap (ours, ledger): Spans without values.
--   ObjId: the point → TB_Objects.ObjId
--   FromDT: first second without a value (s)
--   ToDT: first second with one again (s)
--   Reason: why
--   SettledAt: when it was filled
CREATE TABLE [vv_gap] (
    [ObjId] INT NOT NULL,
    [FromDT] BIGINT NOT NULL,
    [ToDT] BIGINT NOT NULL,
    [Reason] NVARCHAR(255) COLLATE Latin1_General_100_BIN2,
    [SettledAt] DATETIME2(3),
    PRIMARY KEY ([ObjId], [FromDT]),
    FOREIGN KEY ([ObjId]) REFERENCES [TB_Objects] ([ObjId])
);

-- vv_spool (ours, ledger): Segments that wait for their destination.
--   Destination: where it is sent
--   Segment: number of the segment
--   Frames: frames in it
--   Bytes: size of its file
--   OldestTime: oldest sample in it
--   State: open, sealed or delivered
CREATE TABLE [vv_spool] (
    [Destination] NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [Segment] BIGINT NOT NULL,
    [Frames] BIGINT NOT NULL DEFAULT 0,
    [Bytes] BIGINT NOT NULL DEFAULT 0,
    [OldestTime] DATETIME2(3),
    [State] NVARCHAR(16) COLLATE Latin1_General_100_BIN2 NOT NULL,
    PRIMARY KEY ([Destination], [Segment])
);

-- vv_node (ours, ledger): Other nodes.
--   Node: name of the node
--   TokenId: token that it uses → vv_token.TokenId
--   LastAt: when it was last heard of
--   Lag_s: how far it is behind (s)
--   Version: version of its program
CREATE TABLE [vv_node] (
    [Node] NVARCHAR(255) COLLATE Latin1_General_100_BIN2 NOT NULL,
    [TokenId] BIGINT DEFAULT 0,
    [LastAt] DATETIME2(3),
    [Lag_s] FLOAT(53),
    [Version] NVARCHAR(32) COLLATE Latin1_General_100_BIN2,
    PRIMARY KEY ([Node])
);
