/* tables_page.h: docs/tables.md, made from the catalogue.
 *
 * Threads: any; no state.
 */
#ifndef VV_CATALOG_TABLES_PAGE_H
#define VV_CATALOG_TABLES_PAGE_H

struct vv_buf;

/* Adds the whole page, in Markdown. */
void vv_tables_page(struct vv_buf *out);

#endif
