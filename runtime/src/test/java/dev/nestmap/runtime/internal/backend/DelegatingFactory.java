/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.backend;

import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.PossibleCpus;
import dev.nestmap.runtime.internal.map.RawMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A factory that passes every call on. Tests override what they change. */
public class DelegatingFactory implements MapFactory {
    private final MapFactory factory;

    public DelegatingFactory(MapFactory factory) {
        this.factory = factory;
    }

    /** A factory whose outer maps a test wraps. */
    public static DelegatingFactory wrappingOuterMaps(MapFactory factory, UnaryOperator<RawMap> wrapper) {
        return new DelegatingFactory(factory) {
            @Override
            public RawMap create(MapShape shape, @Nullable RawMap prototype) {
                RawMap map = super.create(shape, prototype);
                return prototype == null ? map : wrapper.apply(map);
            }
        };
    }

    @Override
    public RawMap create(MapShape shape, @Nullable RawMap prototype) {
        return factory.create(shape, prototype);
    }

    @Override
    public @Nullable RawMap open(int id) {
        return factory.open(id);
    }

    @Override
    public long pageSize() {
        return factory.pageSize();
    }

    @Override
    public PossibleCpus possibleCpus() {
        return factory.possibleCpus();
    }
}
