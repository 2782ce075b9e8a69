/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.types;

import dev.nestmap.annotations.BpfType;
import dev.nestmap.annotations.U32;
import dev.nestmap.annotations.U8;
import dev.nestmap.annotations.Union;

/** A union with its own header. */
@BpfType
@Union(discriminator = "tag")
public sealed interface Payload {
    @Union.Case(1)
    record One(@U8 int one) implements Payload {}

    @Union.Case({2, 65535})
    record Two(@U32 long first, @U32 long second) implements Payload {}
}
