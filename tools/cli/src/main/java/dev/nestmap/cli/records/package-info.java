/* SPDX-License-Identifier: Apache-2.0 */
/** Writes Java records for maps that were declared in C or Rust. */
@NullMarked
package dev.nestmap.cli.records;

import org.jspecify.annotations.NullMarked;
