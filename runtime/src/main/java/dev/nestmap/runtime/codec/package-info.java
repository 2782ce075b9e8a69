/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Converts Java values to the bytes of C types and back, for generated codecs only. The classes are public because generated code is in the
 * user's packages, but they are not part of the API. {@code GeneratedCodeInterface.INTERFACE_VERSION} guards changes, and the build does not check
 * their Javadoc.
 */
@NullMarked
package dev.nestmap.runtime.codec;

import org.jspecify.annotations.NullMarked;
