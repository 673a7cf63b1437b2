/**
 * An application that uses {@code java:/TerafyDS} as any application would: by {@code @Resource}
 * ({@link com.example.practice.Tables}), by JNDI ({@link com.example.practice.DatabaseResource}) and by JPA with
 * container-managed transactions ({@link com.example.practice.Appointments}). Start reading there.
 *
 * <p>Depends on Jakarta EE only; no class of Terafy is on its class path.
 */
@NullMarked
package com.example.practice;

import org.jspecify.annotations.NullMarked;
