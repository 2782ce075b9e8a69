/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.tree;

import dev.nestmap.btf.MalformedMap;
import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.NumberText;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.SlotContents;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.NamedType;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Shows the maps that an object file declares, with the layout of their entries. */
final class ObjectMapsTreeWriter {
    private final Console console;
    private final Map<String, MalformedMap> malformed = new HashMap<>();
    private final Set<NamedType> shown = new HashSet<>();

    /** A line and the lines below it. */
    private record Node(String text, List<Node> below) {
        Node(String text) {
            this(text, new ArrayList<>());
        }

        Node with(Node node) {
            below.add(node);
            return this;
        }
    }

    /** @param malformed the definitions of the object that can't be read */
    ObjectMapsTreeWriter(Console console, List<MalformedMap> malformed) {
        this.console = console;
        malformed.forEach(map -> this.malformed.putIfAbsent(map.name(), map));
    }

    /** Prints the maps of an object. */
    void print(Schema schema) {
        boolean first = true;
        for (MapDef map : schema.topLevelMaps()) {
            if (!first) {
                console.line("");
            }
            first = false;
            print(node(schema, map), "", "");
        }
    }

    private void print(Node node, String here, String below) {
        console.line(here + node.text());
        for (int i = 0; i < node.below().size(); i++) {
            boolean last = i == node.below().size() - 1;
            print(node.below().get(i), below + (last ? "└─ " : "├─ "), below + (last ? "   " : "│  "));
        }
    }

    private Node node(Schema schema, MapDef map) {
        Node node = new Node(console.bold(SafeText.visible(map.name())) + "  " + described(map));
        if (map.role() == MapRole.OUTER) {
            node.with(part("key", map.key()));
            node.with(
                    map.definition() == null
                            ? new Node(console.yellow("inner maps: " + withoutDefinition(map)))
                            : inner(schema.innerOf(map)));
            for (SlotContents.Slot slot : map.slots().list()) {
                node.with(new Node("slot " + SlotContents.text(slot.key()) + ": " + SafeText.visible(slot.target())));
            }
        } else {
            entries(node, map);
        }
        return node;
    }

    /** Why the outer map has no definition of its inner maps. */
    private String withoutDefinition(MapDef outer) {
        return Optional.ofNullable(malformed.get(outer.name() + ".inner"))
                .map(inner -> SafeText.visible(inner.message()))
                .orElse("not declared");
    }

    private Node inner(MapDef inner) {
        Node node = new Node("inner maps: " + console.bold(SafeText.visible(inner.name())) + "  " + described(inner));
        entries(node, inner);
        return node;
    }

    private void entries(Node node, MapDef map) {
        if (map.key() != null) {
            node.with(part("key", map.key()));
        }
        if (map.value() != null) {
            node.with(part("value", map.value()));
        }
    }

    private static String described(MapDef map) {
        String size = map.isSizedAtLoad()
                ? "sized at load"
                : map.kind().isSized() ? "at most " + NumberText.count(map.maxEntries()) : "";
        String flags =
                map.flags() == 0 ? "" : " " + MapFlags.expression(map.flags()).replace("BPF_F_", "");
        return map.kind() + flags + (size.isEmpty() ? "" : ", " + size);
    }

    private Node part(String name, @Nullable CType type) {
        if (type == null) {
            return new Node(name + "  " + console.yellow("not declared"));
        }
        Node node = new Node(name + "  " + console.cyan(SafeText.visible(type.spelling()))
                + console.dim("  " + NumberText.of(type.size(), "byte", "bytes")));
        List<Field> fields = type instanceof StructType struct ? struct.fieldsAndPads() : type.fields();
        if (type instanceof NamedType named
                && !fields.isEmpty()
                && !named.name().isEmpty()
                && !shown.add(named)) {
            return new Node(node.text() + console.dim(", see above"));
        }
        for (Field field : fields) {
            boolean pad = StructType.isPadName(field.name());
            String declaration =
                    pad ? "(padding)" : SafeText.visible(field.type().declare(field.name()));
            String bits = field.isBitField() ? " : " + field.bits() : "";
            String text = console.dim(String.format(Locale.ROOT, "%3d", field.offset())) + "  " + declaration + bits;
            node.with(new Node(pad ? console.dim(text) : text));
        }
        return node;
    }
}
