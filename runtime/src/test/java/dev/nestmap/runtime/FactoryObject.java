/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.attach.Program;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.backend.ObjectBackend;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The maps of a schema from any factory, with programs that only have a name and a section and use every map. */
final class FactoryObject implements ObjectBackend {
    private final MapFactory factory;
    private final Map<String, RawMap> maps = new LinkedHashMap<>();
    private final List<UntypedProgram> programs;

    FactoryObject(MapFactory factory, Schema schema, UntypedProgram... programs) {
        this.factory = factory;
        this.programs = List.of(programs);
        for (MapDef map : schema.maps()) {
            if (map.role() == MapRole.PLAIN) {
                maps.put(map.name(), factory.create(MapShape.of(map), null));
            } else if (map.role() == MapRole.OUTER) {
                RawMap prototype = factory.create(MapShape.of(schema.innerOf(map)), null);
                maps.put(map.name(), factory.create(MapShape.of(map), prototype));
                prototype.close();
            }
        }
    }

    @Override
    public Map<String, RawMap> maps() {
        return maps;
    }

    @Override
    public List<UntypedProgram> programs() {
        return programs;
    }

    @Override
    public Set<Integer> mapIdsOf(Program program) {
        return Set.copyOf(maps.values().stream().map(RawMap::id).toList());
    }

    @Override
    public MapFactory factory() {
        return factory;
    }

    @Override
    public boolean inMemory() {
        return false;
    }

    @Override
    public void close() {
        maps.values().forEach(RawMap::close);
    }
}
