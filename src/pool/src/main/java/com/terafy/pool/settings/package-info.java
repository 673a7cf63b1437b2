/**
 * From raw text to validated settings: {@link com.terafy.pool.settings.Setting} names every setting,
 * {@link com.terafy.pool.settings.SettingsReader} reads them and reports every bad one at once,
 * {@link com.terafy.pool.settings.PoolSettings} is the result.
 *
 * <p>Depends on the JDK only; the known names of driver properties are handed in.
 */
@NullMarked
package com.terafy.pool.settings;

import org.jspecify.annotations.NullMarked;
