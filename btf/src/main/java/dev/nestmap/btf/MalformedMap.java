/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

/**
 * A map definition that can't be read.
 *
 * @param name the name of the map
 * @param problem what is wrong
 */
record MalformedMap(String name, String problem) {}
