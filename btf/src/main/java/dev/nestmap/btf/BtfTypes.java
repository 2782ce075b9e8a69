/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import dev.nestmap.schema.type.CType;
import java.nio.ByteOrder;

/** The types of BTF that is in no object: what the kernel gives back of a map's, in this machine's byte order. */
public final class BtfTypes {
    private final BtfTypeReader types;

    private BtfTypes(BtfTypeReader types) {
        this.types = types;
    }

    /**
     * Reads the header; types are read when they are asked for.
     *
     * @param name whose it is, for messages
     * @throws MalformedObjectException if it is no BTF
     */
    public static BtfTypes parse(String name, byte[] bytes) {
        Btf btf = Btf.parse(FileBytes.of(name, bytes).inOrder(ByteOrder.nativeOrder()));
        return new BtfTypes(new BtfTypeReader(btf, EnumSigns.of(btf)));
    }

    /**
     * The type of this number.
     *
     * @throws MalformedObjectException if there is none, or it contradicts itself
     */
    public CType type(int id) {
        return types.read(id);
    }
}
