/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Converts Java values to the bytes of C types and back. Only generated codecs call these classes. They are public because generated code
 * is in the user's packages, and they are no part of the API for users: the build does not check their Javadoc with doclint, and {@code
 * GeneratedCode.INTERFACE_VERSION} guards changes.
 */
@NullMarked
package dev.nestmap.runtime.codec;

import org.jspecify.annotations.NullMarked;
