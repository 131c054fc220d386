// POST /api/v1/sql: a statement and its rows.

import { ApiError, request } from '../api';

export type SqlValue = number | string | boolean | null;

export interface SqlColumn {
  name: string;
  type: 'integer' | 'double' | 'text' | 'blob' | 'boolean' | 'time' | 'any';
}

export interface SqlAnswer {
  columns: SqlColumn[];
  rows: SqlValue[][];
  more: boolean;
  elapsed_ms: number;
  error?: { code: string; message: string }; // behind the rows that came
}

export interface SqlQuestion {
  sql: string;
  params?: SqlValue[];
  limit: number;
}

/** What fails behind the first rows is an error like what fails at once. */
export async function runSql(question: SqlQuestion, signal?: AbortSignal): Promise<SqlAnswer> {
  const answer = await request<SqlAnswer>('POST', '/api/v1/sql', question, signal);
  if (answer.error) throw new ApiError(answer.error.code, answer.error.message, 200, '/api/v1/sql');
  return answer;
}
