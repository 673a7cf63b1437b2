package com.terafy.ra.session;

import java.util.regex.Pattern;

/** Functions of the server and of its extensions that change a session, or run text that may. */
final class DangerousFunctions {

    /** A regular expression of PostgreSQL and of Java for their names, which are the server's own and not folded. */
    static final String NAMES = "^(set_config|setseed|set_limit|set_curdict|dblink|crosstab|connectby|xpath_table"
            + "|ts_stat|ts_rewrite|query_to_xml|cursor_to_xml|table_to_xml|schema_to_xml|database_to_xml"
            + "|pg_replication_origin_session|pg_advisory_(lock|unlock)|pg_try_advisory_lock)";

    private static final Pattern PATTERN = Pattern.compile(NAMES, Pattern.CASE_INSENSITIVE);

    private DangerousFunctions() {}

    static boolean contain(String name) {
        return PATTERN.matcher(name).find();
    }
}
