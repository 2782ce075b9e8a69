/* SPDX-License-Identifier: Apache-2.0 */
/** Names of declarations in C and in generated Java. */
@NullMarked
package dev.nestmap.processor.reader.name;

import org.jspecify.annotations.NullMarked;
