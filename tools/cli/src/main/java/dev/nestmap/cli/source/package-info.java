/* SPDX-License-Identifier: Apache-2.0 */
/** What a user names: object files, schema texts and records. */
@NullMarked
package dev.nestmap.cli.source;

import org.jspecify.annotations.NullMarked;
