/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import dev.nestmap.schema.type.CType;
import java.nio.ByteOrder;

/** The types of a map's BTF, which the kernel returns in this machine's byte order. */
public final class BtfTypes {
    private final BtfTypeReader types;

    private BtfTypes(BtfTypeReader types) {
        this.types = types;
    }

    /**
     * Reads the header. Each type is read on demand.
     *
     * @param name the owner of the BTF, for messages
     * @throws MalformedObjectException if the bytes are not BTF
     */
    public static BtfTypes parse(String name, byte[] bytes) {
        Btf btf = Btf.parse(FileBytes.of(name, bytes).inOrder(ByteOrder.nativeOrder()));
        return new BtfTypes(new BtfTypeReader(btf, EnumSigns.of(btf)));
    }

    /**
     * The type with this number.
     *
     * @throws MalformedObjectException if there is no such type, or it is malformed
     */
    public CType type(int id) {
        return types.read(id);
    }
}
