/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import dev.nestmap.schema.CType;
import java.nio.ByteOrder;

/** The types of BTF that is in no object: what the kernel gives back of a map's, in this machine's byte order. */
public final class BtfTypes {
    private final TypeReader types;

    private BtfTypes(TypeReader types) {
        this.types = types;
    }

    /**
     * Reads the header; types are read when they are asked for.
     *
     * @param name whose it is, for messages
     * @throws MalformedObjectException if it is no BTF
     */
    public static BtfTypes parse(String name, byte[] bytes) {
        Btf btf = Btf.parse(Bytes.of(name, bytes).inOrder(ByteOrder.nativeOrder()));
        return new BtfTypes(new TypeReader(btf, EnumSigns.of(btf)));
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
