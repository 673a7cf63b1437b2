package com.terafy.monitor.resources;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** The REST API of the monitoring. */
@ApplicationPath("/api/v1")
public class Api extends Application {

    /** For the container. */
    public Api() {}
}
