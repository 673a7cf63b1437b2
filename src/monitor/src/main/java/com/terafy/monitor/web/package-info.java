/**
 * What the WAR consists of beside the API: its life, its headers, its error pages, metrics and health. Start reading at
 * {@link com.terafy.monitor.web.Monitoring}.
 *
 * <p>Depends on Jakarta Servlet and CDI.
 */
@NullMarked
package com.terafy.monitor.web;

import org.jspecify.annotations.NullMarked;
