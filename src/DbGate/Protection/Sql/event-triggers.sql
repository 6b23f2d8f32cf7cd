-- ALWAYS: also under session_replication_role = replica.
create event trigger dbgate_start on ddl_command_start execute function dbgate.guard();
create event trigger dbgate_end on ddl_command_end execute function dbgate.guard();
create event trigger dbgate_drop on sql_drop execute function dbgate.guard();
create event trigger dbgate_rewrite on table_rewrite execute function dbgate.guard();
alter event trigger dbgate_start enable always;
alter event trigger dbgate_end enable always;
alter event trigger dbgate_drop enable always;
alter event trigger dbgate_rewrite enable always;
