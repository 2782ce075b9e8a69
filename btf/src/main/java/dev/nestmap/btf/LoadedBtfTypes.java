/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.type.CType;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/** The types of the BTF of a map or program, which the kernel returns in this machine's byte order. */
public final class LoadedBtfTypes {
    private final Btf btf;
    private final BtfTypeReader types;

    private LoadedBtfTypes(Btf btf) {
        this.btf = btf;
        this.types = new BtfTypeReader(btf, EnumSignReader.of(btf));
    }

    /**
     * Parses the header. {@link #type} reads the types.
     *
     * @param name the owner of the BTF, for messages
     * @throws MalformedObjectException if the bytes are not BTF
     */
    public static LoadedBtfTypes parse(String name, byte[] bytes) {
        return new LoadedBtfTypes(Btf.parse(FileBytes.of(name, bytes).inOrder(ByteOrder.nativeOrder())));
    }

    /**
     * The type with this number.
     *
     * @throws MalformedObjectException if there is no such type, or it is malformed
     */
    public CType type(int id) {
        return types.read(id);
    }

    /**
     * The maps that the object of a program declares, without their slots: the kernel keeps the BTF of a whole object for each of its
     * programs. Empty for BTF that describes types only.
     *
     * @throws MalformedObjectException if a declaration is malformed, or has a map type that Nestmap does not know
     */
    public List<MapDef> maps() {
        return new BtfMapReader(Optional.empty(), btf, types, null).read();
    }
}
