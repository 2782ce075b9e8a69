/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import dev.nestmap.schema.GlobalDef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the global variables in the sections from which libbpf makes maps. BTF has their types. The symbol table has their offsets, because
 * clang leaves the offsets in BTF at 0. Hidden variables ({@code __hidden}) are included. {@code static} variables are not included: they
 * belong to one C file, and several files can use the same name.
 */
final class VariableReader {
    private final List<GlobalDef> definitions = new ArrayList<>();
    private final List<VariablePlace> places = new ArrayList<>();

    private VariableReader() {}

    static VariableReader read(Elf elf, Btf btf, BtfTypeReader types) {
        VariableReader reader = new VariableReader();
        Map<String, Elf.Symbol> symbols = new HashMap<>();
        elf.symbols(Elf.OBJECT_SYMBOL, section -> GlobalDef.isDataSection(section.name())).stream()
                .filter(symbol -> !symbol.isLocal())
                .forEach(symbol -> symbols.putIfAbsent(symbol.name(), symbol));
        Set<String> sections = new HashSet<>();
        btf.types(BtfKind.DATASEC)
                .map(BtfType::name)
                .filter(section -> GlobalDef.isDataSection(section) && sections.add(section))
                .forEach(section -> reader.section(section, btf, symbols, types));
        return reader;
    }

    /** The variables with their types, section by section. */
    List<GlobalDef> definitions() {
        return List.copyOf(definitions);
    }

    /** The places of the same variables. */
    List<VariablePlace> places() {
        return List.copyOf(places);
    }

    private void section(String section, Btf btf, Map<String, Elf.Symbol> symbols, BtfTypeReader types) {
        for (BtfType variable : btf.variables(section)) {
            // Each symbol is taken once, so a variable that a damaged file lists twice counts once.
            Elf.Symbol symbol = variable.isStatic() ? null : symbols.remove(variable.name());
            if (symbol != null && symbol.section().name().equals(section)) {
                definitions.add(new GlobalDef(variable.name(), section, types.read(variable.target())));
                places.add(new VariablePlace(variable.name(), section, symbol.value()));
            }
        }
    }
}
