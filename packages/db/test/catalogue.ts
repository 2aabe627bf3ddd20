import { query } from "./empty-database.ts";

/**
 * Everything that a migration can get wrong, as lines of text: two databases with equal catalogues hold the same
 * tables, columns, defaults, indexes, constraints and enums. The order of columns is not part of it.
 */
export async function readCatalogue(url: string): Promise<string[]> {
  const parts = await Promise.all(
    Object.entries(queries).map(async ([kind, sql]) => {
      const rows = await query<{ line: string }>(url, sql);
      return rows.map(({ line }) => `${kind} ${line}`).sort();
    }),
  );
  return parts.flat();
}

const ours = "relnamespace = 'public'::regnamespace AND relname NOT LIKE '\\_prisma\\_migrations%'";

const queries = {
  relation: `SELECT concat_ws(' ', relkind, relname) AS line FROM pg_class WHERE ${ours}`,
  column: `
    SELECT concat_ws(' ', relname, attname, format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN 'not null' END,
      nullif(attidentity, ''), pg_get_expr(adbin, adrelid)) AS line
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE relkind = 'r' AND attnum > 0 AND NOT attisdropped AND ${ours}`,
  index: `
    SELECT pg_get_indexdef(indexrelid) AS line
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE ${ours}`,
  constraint: `
    SELECT concat_ws(' ', relname, conname, pg_get_constraintdef(pg_constraint.oid)) AS line
    FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid WHERE ${ours}`,
  enum: `
    SELECT concat_ws(' ', typname, string_agg(enumlabel, ', ' ORDER BY enumsortorder)) AS line
    FROM pg_enum JOIN pg_type ON pg_type.oid = enumtypid
    WHERE typnamespace = 'public'::regnamespace GROUP BY typname`,
  function: `
    SELECT pg_get_functiondef(oid) AS line FROM pg_proc WHERE pronamespace = 'public'::regnamespace`,
  trigger: `
    SELECT pg_get_triggerdef(oid) AS line FROM pg_trigger WHERE NOT tgisinternal`,
};
