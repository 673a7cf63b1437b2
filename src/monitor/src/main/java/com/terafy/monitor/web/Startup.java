package com.terafy.monitor.web;

import jakarta.inject.Inject;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;

/** Starts the sampling with the deployment: CDI makes a bean when it is first used. */
@WebListener
public class Startup implements ServletContextListener {

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Monitoring monitoring;

    /** For the container. */
    public Startup() {}

    @Override
    public void contextInitialized(ServletContextEvent event) {
        monitoring.begin();
    }
}
