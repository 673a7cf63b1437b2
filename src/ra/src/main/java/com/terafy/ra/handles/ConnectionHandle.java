package com.terafy.ra.handles;

/** The application's connection. */
public final class ConnectionHandle {}
