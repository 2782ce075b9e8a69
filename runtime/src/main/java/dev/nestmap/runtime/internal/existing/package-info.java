/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Existing maps: finds them, compares them with the records, and opens them; also pins new maps, so that they can be found.
 *
 * <p>{@code ExistingMapFinder} finds existing maps, and reads from them the attributes that the records leave out. {@code ExistingMapCheck}
 * compares them with the schema, and {@code MismatchExplanation} explains a difference. {@code MapPins} pins maps, with the prototypes and
 * the request maps beside outer maps. {@code ObjectlessMapOpener} uses all of these to open and create maps without an object.
 */
@NullMarked
package dev.nestmap.runtime.internal.existing;

import org.jspecify.annotations.NullMarked;
