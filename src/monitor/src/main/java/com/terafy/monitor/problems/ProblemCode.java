package com.terafy.monitor.problems;

import com.terafy.monitor.json.JsonNames;
import java.util.Arrays;

/** Every problem that the API answers with. The codes ({@code not-found}) are stable: clients branch on them. */
public enum ProblemCode {
    BAD_REQUEST(400, "The request cannot be read"),
    LOGIN_REQUIRED(401, "Log in first"),
    FORBIDDEN(403, "Your roles do not permit this"),
    CROSS_SITE_REQUEST(403, "Another site may have sent this request"),
    NOT_FOUND(404, "There is nothing here"),
    METHOD_NOT_ALLOWED(405, "Not with this method"),
    NOT_ACCEPTABLE(406, "None of the accepted media types can be served"),
    BACKEND_CHANGED(409, "This is another backend by now, or none"),
    BACKEND_PROTECTED(409, "This backend must not be touched"),
    BACKEND_NEEDS_CONFIRMATION(409, "It may belong to another node that lives"),
    REFUSED_BY_DATABASE(409, "PostgreSQL refused"),
    BODY_TOO_LARGE(413, "The body is too large"),
    UNSUPPORTED_MEDIA_TYPE(415, "The body has the wrong media type"),
    INVALID_PARAMETER(422, "A parameter is not what it must be"),
    INVALID_BODY(422, "The body is not what it must be"),
    INVALID_SETTING(422, "The pool cannot run with this setting"),
    INTERNAL_ERROR(500, "Something went wrong in the server"),
    NOT_AVAILABLE(503, "A part of Terafy or of the server is not available"),
    DATABASE_UNAVAILABLE(503, "The database does not answer"),
    ACTION_FAILED(503, "The action failed"),
    BUSY(503, "The database is being asked something else");

    private final int status;
    private final String title;

    ProblemCode(int status, String title) {
        this.status = status;
        this.title = title;
    }

    public int status() {
        return status;
    }

    public String title() {
        return title;
    }

    /** As it stands in the answer. */
    public String text() {
        return JsonNames.of(this);
    }

    /** The first code of that status; for another status the general one of its class. */
    public static ProblemCode of(int status) {
        return Arrays.stream(values())
                .filter(code -> code.status == status)
                .findFirst()
                .orElse(status >= 500 ? INTERNAL_ERROR : BAD_REQUEST);
    }
}
