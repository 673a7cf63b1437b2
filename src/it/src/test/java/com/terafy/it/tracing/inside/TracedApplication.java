package com.terafy.it.tracing.inside;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** Its requests have spans, by WildFly. */
@ApplicationPath("/")
public class TracedApplication extends Application {}
