package com.terafy.monitor.openapi;

import com.terafy.monitor.parameters.Parameter;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What an operation of the API does and takes: goes into the document, and requests are checked by it. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Operation {

    /** What it does, in a line. */
    String value();

    /** The query parameters it takes; every other one is refused. */
    Parameter[] query() default {};

    /** The parameters in its path. */
    Parameter[] path() default {};

    /** Members of its body. */
    BodyMember[] body() default {};

    /** Statuses it answers with beside those that every operation can answer with. */
    int[] problems() default {};
}
