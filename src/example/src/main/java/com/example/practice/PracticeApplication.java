package com.example.practice;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** Everything REST is below {@code /practice/api}. */
@ApplicationPath("api")
public class PracticeApplication extends Application {}
