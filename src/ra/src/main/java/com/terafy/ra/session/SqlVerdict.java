package com.terafy.ra.session;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What a text of SQL may have done to its session.
 *
 * @param mayChange it may have left something behind that a reset takes away
 * @param mayPrepare it may have prepared a statement by SQL or seeded the random numbers, which only such words do
 * @param mayDefine it may have defined something that changes sessions from inside, such as a trigger
 * @param mayMovePath it may have changed the search path
 * @param mayStay it may have left something behind that no reset takes away
 */
record SqlVerdict(boolean mayChange, boolean mayPrepare, boolean mayDefine, boolean mayMovePath, boolean mayStay) {

    private static final Pattern STAYS = Pattern.compile("\\bload\\b|dblink_connect|replication_origin_session");

    static final SqlVerdict HARMLESS = new SqlVerdict(false, false, false, false, false);

    /**
     * The verdict on any text; {@link #mayChange} reads it, the rest asks for words wherever they stand.
     *
     * @param standardStrings whether {@code standard_conforming_strings} is on; otherwise a backslash makes a text unclear
     */
    static SqlVerdict on(String sql, boolean standardStrings) {
        boolean unclear = !standardStrings && sql.indexOf('\\') >= 0;
        if (!unclear && !SqlText.mayChangeSession(sql)) {
            return HARMLESS;
        }
        String text = sql.toLowerCase(Locale.ROOT);
        return new SqlVerdict(
                true,
                text.contains("prepare") || text.contains("execute") || text.contains("seed"),
                text.contains("create") || text.contains("alter"),
                text.contains("search_path") || text.contains("schema"),
                STAYS.matcher(text).find());
    }
}
