/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

/** A program for a map of sockets: {@code map.attach(program)}. */
public interface MapProgram extends Program {}
