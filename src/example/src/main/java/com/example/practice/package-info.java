/**
 * An application that uses {@code java:/TerafyDS} as any application would: by {@code @Resource}
 * ({@link com.example.practice.Tables}), by JNDI ({@link com.example.practice.DatabaseResource}), by JPA with
 * container-managed transactions ({@link com.example.practice.Appointments}), and with row-level security
 * ({@link com.example.practice.Notes}). Start reading at the appointments.
 *
 * <p>Depends on Jakarta EE only; no class of Terafy is on its class path.
 */
@NullMarked
package com.example.practice;

import org.jspecify.annotations.NullMarked;
