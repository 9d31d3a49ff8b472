-- A file is opened, and found held by a dossier, by its own id; the primary key begins with the
-- dossier.
create index dossier_document_file on core.dossier_document (document_id);
