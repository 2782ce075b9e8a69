/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.binding;

/**
 * A record component and its place in the bytes of the struct or value that it is part of.
 *
 * @param name the component's name
 * @param offset bytes from the start
 * @param conversion how its value is written and read
 */
public record ComponentBinding(String name, long offset, Conversion conversion) {}
