/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.Network.CounterMap;
import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowKey;
import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.error.BpfException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A network and every handle that was ever got of it. It does a random operation at a time and says what came of it, in words
 * that don't depend on whether the network is in the kernel.
 *
 * @param <M> inner maps of the outer map that is worked on
 */
final class World<M extends MapAccessor> implements AutoCloseable {
    private static final List<Long> KEYS = List.of(0L, 1L, 2L, 3L, 4L, 5L, -1L, 1L << 32);

    private final Network network;
    private final OuterAccessor<Long, M> outer;
    private final Function<MapAccessor, Inside> inside;
    private final List<M> borrowed = new ArrayList<>();
    private final List<Displaced<Long, M>> displaced = new ArrayList<>();

    /** What is done to an inner map; its entries are those of a hash or an array. */
    interface Inside {
        String random(Random random);

        void fill(int count);
    }

    private World(Network network, OuterAccessor<Long, M> outer, Function<MapAccessor, Inside> inside) {
        this.network = network;
        this.outer = outer;
        this.inside = inside;
    }

    static World<FlowMap> ofTenants(Network network) {
        return new World<>(network, network.tenant(), map -> new Flows((FlowMap) map));
    }

    static World<CounterMap> ofShards(Network network) {
        return new World<>(network, network.shard(), map -> new Counters((CounterMap) map));
    }

    @Override
    public void close() {
        displaced.forEach(Displaced::close);
        outer.drainWaiting(ticket -> {});
        network.close();
    }

    /** Does what this seed says. */
    String step(long seed) {
        Random random = new Random(seed);
        int operation = random.nextInt(36);
        try {
            return operation + " " + step(operation, random);
        } catch (BatchException e) {
            return operation + " batch " + neutral(e.getMessage()) + " waiting " + outer.waitingCount();
        } catch (BpfException e) {
            return operation + " errno " + e.errnoNumber() + " " + neutral(e.getMessage());
        } catch (RuntimeException e) {
            return operation + " " + e.getClass().getSimpleName() + " " + neutral(String.valueOf(e.getMessage()));
        }
    }

    private String step(int operation, Random random) {
        long key = key(random);
        return switch (operation) {
            case 0 -> borrowed(outer.getAt(key));
            case 1 -> "" + outer.containsAt(key);
            case 2, 3 -> borrowed(outer.getOrCreateAt(key));
            case 4 -> borrowed(outer.createAt(key));
            case 5 -> borrowed(outer.createAt(key, map -> inside.apply(map).fill(random.nextInt(80))));
            case 6 -> borrowed(outer.createAt(key, entries(random)));
            case 7 -> "" + outer.replaceAt(key, map -> inside.apply(map).fill(random.nextInt(80)));
            case 8 -> displaced(outer.rotateAt(key, map -> inside.apply(map).fill(random.nextInt(80))));
            case 9 -> "" + outer.replaceAt(key, map -> outer.discardAt(key(random)));
            case 10 -> done(() -> outer.shareAt(key, aBorrowed(random))); // always refused
            case 11 -> displaced(outer.rotateAt(key));
            case 12 -> all(outer.expert().unchecked().rotateAll(List.of(key)));
            case 13 -> displaced(outer.takeAt(key));
            case 14 -> all(outer.expert().unchecked().takeAll(List.of(key)));
            case 15 -> "" + outer.discardAt(key);
            case 16 -> new TreeSet<>(outer.keys()) + " " + outer.count();
            case 17 -> random.nextInt(4) > 0 ? "" : "" + outer.discardAll();
            case 18 -> each();
            case 19 -> all(outer.getOrCreateAll(keys(random)));
            case 20 ->
                all(outer.createAll(keys(random), (at, map) -> inside.apply(map).fill(random.nextInt(70))));
            case 21 -> all(outer.rotateAll(keys(random)));
            case 22 -> all(outer.expert().unchecked().takeAll(keys(random)));
            case 23 -> "" + outer.discardAll(keys(random));
            case 24 -> displaced(outer.rotateAt(key, map -> displaced(outer.takeAt(key(random)))));
            case 25 -> done(() -> outer.shareAll(Map.of(key, aBorrowed(random))));
            case 26, 27 -> inside.apply(aDisplaced(random).map()).random(random);
            case 28, 29 -> done(() -> aDisplaced(random).close());
            case 30 -> done(() -> aDisplaced(random).acknowledge());
            case 31 -> "" + outer.drainAt(key, ticket -> {});
            case 32 -> "" + outer.drainLastAll(keys(random), ticket -> {});
            case 33 -> outer.waitingCount() + " " + outer.drainWaiting(ticket -> {});
            default -> inside.apply(aBorrowed(random)).random(random);
        };
    }

    private String each() {
        Map<Long, M> inOrder = new TreeMap<>();
        outer.forEach(inOrder::put);
        return all(inOrder);
    }

    private String all(Map<Long, M> maps) {
        Map<Long, String> found = new LinkedHashMap<>();
        maps.forEach((key, map) -> found.put(key, borrowed(map)));
        return found.toString();
    }

    private String all(List<Displaced<Long, M>> tickets) {
        Map<Long, String> found = new LinkedHashMap<>();
        tickets.forEach(ticket -> found.put(ticket.key(), displaced(ticket)));
        return found.toString();
    }

    private String displaced(@Nullable Displaced<Long, M> ticket) {
        return ticket == null ? "null" : "displaced " + place(displaced, ticket);
    }

    private String borrowed(@Nullable M map) {
        return map == null ? "null" : "borrowed " + place(borrowed, map);
    }

    private static <T> int place(List<T> pool, T map) {
        int known = pool.indexOf(map); // handles are equal to themselves alone
        if (known >= 0) {
            return known;
        }
        pool.add(map);
        return pool.size() - 1;
    }

    private M aBorrowed(Random random) {
        return lately(borrowed, random);
    }

    private Displaced<Long, M> aDisplaced(Random random) {
        return lately(displaced, random);
    }

    /** Rather a new handle than an old one, which is no good any more. */
    private static <T> T lately(List<T> pool, Random random) {
        if (pool.isEmpty()) {
            throw new IllegalStateException("none yet");
        }
        return pool.get(Math.max(0, pool.size() - 1 - random.nextInt(6)));
    }

    private static long key(Random random) {
        return KEYS.get(random.nextInt(random.nextInt(6) == 0 ? KEYS.size() : 4));
    }

    private static Collection<Long> keys(Random random) {
        List<Long> keys = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            keys.add(key(random));
        }
        return keys;
    }

    private static long entries(Random random) {
        return random.nextInt(8) == 0 ? random.nextLong() : random.nextInt(70);
    }

    private static <E> boolean update(KeyedAccessor<?, E> map, E entry, Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> {
                map.put(entry);
                yield true;
            }
            case 1 -> map.putIfAbsent(entry);
            default -> map.replace(entry);
        };
    }

    private static String done(Runnable action) {
        action.run();
        return "done";
    }

    /** Ids are the kernel's, or counted. */
    private static String neutral(String message) {
        return message.replaceAll("id \\d+", "id N");
    }

    private record Flows(FlowMap map) implements Inside {
        private static FlowKey key(Random random) {
            int port = random.nextInt(5) * (random.nextInt(8) == 0 ? 30_000 : 1);
            return new FlowKey(port, random.nextInt(10) == 0 ? 256 : 6);
        }

        @Override
        public String random(Random random) {
            FlowKey key = key(random);
            Flow flow = new Flow(key, random.nextLong());
            return switch (random.nextInt(9)) {
                case 0, 1 -> String.valueOf(map.get(key));
                case 2, 3 -> "" + update(map, flow, random);
                case 4 -> "" + map.remove(key) + map.contains(key);
                case 5 -> map.count() + " of " + map.maxEntries() + " " + map.type();
                case 6 -> done(() -> fill(random.nextInt(80)));
                case 7 -> random.nextBoolean() ? done(map::clear) : "";
                default -> entries();
            };
        }

        private String entries() {
            Map<String, Long> found = new TreeMap<>();
            map.forEach(flow -> found.put(flow.key().toString(), flow.packets()));
            return found.toString();
        }

        @Override
        public void fill(int count) {
            for (int i = 0; i < count; i++) {
                map.put(new Flow(new FlowKey(i, 6), i));
            }
        }
    }

    private record Counters(CounterMap map) implements Inside {
        @Override
        public String random(Random random) {
            int index = random.nextInt(10) - 1;
            Network.Counter counter = new Network.Counter(index, random.nextLong());
            return switch (random.nextInt(6)) {
                case 0 -> String.valueOf(map.get(index));
                case 1, 2 -> "" + update(map, counter, random);
                case 3 -> map.count() + " of " + map.maxEntries() + " " + map.contains(index);
                case 4 -> random.nextBoolean() ? done(map::clear) : done(() -> fill(random.nextInt(10)));
                default -> entries();
            };
        }

        private String entries() {
            List<String> found = new ArrayList<>();
            map.forEach(counter -> found.add(counter.toString()));
            return found.toString();
        }

        @Override
        public void fill(int count) {
            for (int i = 0; i < count; i++) {
                map.put(new Network.Counter(i, i));
            }
        }
    }
}
