package com.terafy.ra.errors;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.ServerErrorMessage;

/**
 * How bad an error is to the server. {@link ServerErrorMessage#getSeverity} gives field S, which the server translates
 * ({@code FATALE}, {@code ERREUR}); the same is untranslated in field V, which the driver keeps but has no method for.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-error-fields.html">PostgreSQL, Error and Notice Message
 *     Fields</a>
 */
final class ServerSeverity {

    private static final Character UNTRANSLATED = 'V';

    /** All fields of a message; null if this driver keeps them otherwise. The EAR brings the driver, a test tells. */
    private static final @Nullable VarHandle FIELDS = fields();

    private ServerSeverity() {}

    /** True if the session has ended with this error, or was refused. */
    static boolean isFatal(ServerErrorMessage message) {
        String severity = of(message);
        return "FATAL".equals(severity) || "PANIC".equals(severity);
    }

    /** Servers before 9.6 tell it only in their language. */
    private static @Nullable String of(ServerErrorMessage message) {
        VarHandle fields = FIELDS;
        Object untranslated = fields == null ? null : ((Map<?, ?>) fields.get(message)).get(UNTRANSLATED);
        return untranslated == null ? message.getSeverity() : untranslated.toString();
    }

    private static @Nullable VarHandle fields() {
        try {
            return MethodHandles.privateLookupIn(ServerErrorMessage.class, MethodHandles.lookup())
                    .findVarHandle(ServerErrorMessage.class, "mesgParts", Map.class);
        } catch (ReflectiveOperationException otherDriver) {
            return null;
        }
    }
}
