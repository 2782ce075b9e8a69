/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import dev.nestmap.annotations.BpfType;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U8;
import dev.nestmap.annotations.Union;

/** A union with its own header. */
@BpfType
@Union
public sealed interface Payload {
    record One(@U8 int one) implements Payload {}

    record Two(@U32 long first, @U32 long second) implements Payload {}
}
