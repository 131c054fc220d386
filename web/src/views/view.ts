// A row of vv_view: a trend under a name.

export interface View {
  ViewId: number;
  Name: string;
  Owner: number | null;
  Shared: boolean;
  State: string; // JSON: {"trend": "?tag=…"}
  ChangedAt: number;
}

/** The address that a view opens at; null when it is of another kind. */
export function viewHref(view: Pick<View, 'ViewId' | 'State'>): string | null {
  try {
    const { trend } = JSON.parse(view.State) as { trend?: unknown };
    if (typeof trend !== 'string') return null;
    const q = new URLSearchParams(trend);
    q.delete('saved');
    return `/trend?${q}&saved=${view.ViewId}`;
  } catch {
    return null;
  }
}
