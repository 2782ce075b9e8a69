/* SPDX-License-Identifier: Apache-2.0 */
/** The text form of a schema. */
@NullMarked
package dev.nestmap.schema.text;

import org.jspecify.annotations.NullMarked;
