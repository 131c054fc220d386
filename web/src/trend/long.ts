// A trend whose address would grow too long is kept as a view, and the address names that. Loaded
// when it happens.

import { t } from '../i18n';
import { changeRow, createRow } from '../ledger';
import { dateText } from '../zone';
import { zone } from '../zones';
import type { View } from '../views/view';

/** Stores the state under `view`, or anew where that is null; returns the view's number. */
export async function keepLong(view: number | null, state: string): Promise<number> {
  const row = { State: JSON.stringify({ trend: state }), ChangedAt: Date.now() };
  if (view === null) return createRow<View>('vv_view', { ...row, Name: t('view.long', { date: dateText(zone(), row.ChangedAt) }), Shared: false });
  await changeRow<View>('vv_view', view, row);
  return view;
}
