/**
 * The dashboard in a real Chromium, with real users, against the EAR and PostgreSQL. Start reading at
 * {@link com.terafy.it.dashboard.DashboardIT}.
 *
 * <p>Depends on the tests of the monitoring for users and for the application that holds connections; on Chromium, see
 * {@link com.terafy.it.dashboard.Browser}.
 */
@NullMarked
package com.terafy.it.dashboard;

import org.jspecify.annotations.NullMarked;
