// What is known of the plant's tables beyond their description: dictionaries, examples, and which
// columns stand in front.

import type { Hints } from './form';
import { everyRow } from './rows';

export const CONNECTION = {
  columns: ['Name', 'DLL', 'IniStr'], more: ['ModId'],
  hints: {
    DLL: { example: 'modbus', suggest: async () => [...new Set(['modbus', ...(await everyRow('TB_Connections')).map((row) => String(row.DLL ?? ''))])].filter((name) => name !== '') },
    IniStr: { example: 'HOST=10.0.3.7 PORT=502' },
  } satisfies Hints,
};

export const deviceTypes = async (): Promise<{ value: number; text: string }[]> =>
  (await everyRow('TB_Strings', { Part: '2', order: 'TextId' })).map((row) => ({ value: row.TextId as number, text: `${String(row.Name ?? '')} (${String(row.TextId)})` }));

export const DEVICE = {
  columns: ['Name', 'Type', 'SubType', 'ConnId', 'ConnStr', 'IsActive'],
  more: ['DevNum', 'SerialNumb', 'ConnId2', 'ConnStr2', 'FirstDay', 'ModId', 'LqLim0', 'ReactOff', 'ReactOn', 'EnableAuto'],
  hints: { Type: { options: deviceTypes }, ConnStr: { example: 'UNIT=1' }, ConnStr2: { example: 'UNIT=1' } } satisfies Hints,
};

export const PARAMETER = {
  columns: ['MemInd', 'Name', 'Address', 'DataType', 'WordOrder', 'Scale', 'Offset', 'DimId', 'Writable', 'Comment'],
  hints: { Address: { example: 'holding:100' } } satisfies Hints,
};

/** A device's type with its subtype, as it stands in front of a memory map. */
export const mapFilter = (type: number, subtype: number): Record<string, string> => ({ DevType: String(type), SubType: String(subtype) });
