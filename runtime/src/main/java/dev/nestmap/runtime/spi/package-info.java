/* SPDX-License-Identifier: Apache-2.0 */
/** What generated accessors call; not meant to be called by users, and checked against the generator's version. */
@NullMarked
package dev.nestmap.runtime.spi;

import org.jspecify.annotations.NullMarked;
