/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal;

/**
 * The files that lie beside a generated class.
 *
 * @param anchor the generated class
 * @param header name of the header, of the schema text and of the object
 */
public record ObjectResources(Class<?> anchor, String header) {}
