-- Accounts and totals are written by the house's duties alone; an organisation's sessions read their own.
REVOKE INSERT, UPDATE, DELETE ON
    annotate.work_row, annotate.rollup, annotate.hourly, annotate.effort, annotate.total, annotate.pace,
    annotate.face, annotate.face_key, annotate.face_total
FROM galley_app;
-- What the triggers on slots note is written in whoever's session changes the slot, and never again after that.
REVOKE UPDATE, DELETE ON annotate.slot_flow FROM galley_app;
