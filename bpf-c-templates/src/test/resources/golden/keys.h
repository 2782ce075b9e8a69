/* Copies only the fields: the kernel compares all bytes of a key, so the others are 0. */
static __always_inline const struct port_key *counts_copy_key(struct port_key *copy,
							      const struct port_key *key)
{
	__builtin_memset(copy, 0, sizeof(struct port_key));
	copy->zone = key->zone;
	copy->port = key->port;
	return copy;
}
/* Copies only the fields, and texts up to their end: the kernel compares all bytes of a key, so the others are 0. */
static __always_inline const char *groups_copy_key(char copy[13], const char key[13])
{
	__builtin_memset(copy, 0, sizeof(char[13]));
	nestmap_copy_text(copy, key, 13);
	return copy;
}
/* Copies only the fields: the kernel compares all bytes of a key, so the others are 0. */
static __always_inline const struct tagged_key *count_copy_key(struct tagged_key *copy,
							       const struct tagged_key *key)
{
	__builtin_memset(copy, 0, sizeof(struct tagged_key));
	copy->kind = key->kind;
	if (key->kind == KIND_PORT) {
		copy->what.port.zone = key->what.port.zone;
		copy->what.port.port = key->what.port.port;
	} else if (key->kind == KIND_NAME) {
		copy->what.name = key->what.name;
	}
	copy->version = key->version;
	copy->order = key->order;
	if (key->order == (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 7 : __builtin_bswap16(7)) ||
	    key->order == (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 8 : __builtin_bswap16(8))) {
		copy->low = key->low;
	} else if (key->order == (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 9 : __builtin_bswap16(9))) {
		copy->high = key->high;
	}
	copy->ports[0].zone = key->ports[0].zone;
	copy->ports[0].port = key->ports[0].port;
	copy->ports[1].zone = key->ports[1].zone;
	copy->ports[1].port = key->ports[1].port;
	return copy;
}
/* Copies only the fields: the kernel compares all bytes of a key, so the others are 0. */
static __always_inline const struct tagged_key *tags_copy_key(struct tagged_key *copy,
							      const struct tagged_key *key)
{
	__builtin_memset(copy, 0, sizeof(struct tagged_key));
	copy->kind = key->kind;
	if (key->kind == KIND_PORT) {
		copy->what.port.zone = key->what.port.zone;
		copy->what.port.port = key->what.port.port;
	} else if (key->kind == KIND_NAME) {
		copy->what.name = key->what.name;
	}
	copy->version = key->version;
	copy->order = key->order;
	if (key->order == (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 7 : __builtin_bswap16(7)) ||
	    key->order == (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 8 : __builtin_bswap16(8))) {
		copy->low = key->low;
	} else if (key->order == (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 9 : __builtin_bswap16(9))) {
		copy->high = key->high;
	}
	copy->ports[0].zone = key->ports[0].zone;
	copy->ports[0].port = key->ports[0].port;
	copy->ports[1].zone = key->ports[1].zone;
	copy->ports[1].port = key->ports[1].port;
	return copy;
}
/* Copies only the fields: the kernel compares all bytes of a key, so the others are 0. */
static __always_inline const struct port_key *pairs_copy_key(struct port_key copy[2],
							     const struct port_key key[2])
{
	__builtin_memset(copy, 0, sizeof(struct port_key[2]));
	copy[0].zone = key[0].zone;
	copy[0].port = key[0].port;
	copy[1].zone = key[1].zone;
	copy[1].port = key[1].port;
	return copy;
}
/* Copies only the fields: the kernel compares all bytes of a key, so the others are 0. */
static __always_inline const struct untagged_key *others_copy_key(struct untagged_key *copy,
								  const struct untagged_key *key)
{
	__builtin_memset(copy, 0, sizeof(struct untagged_key));
	copy->id = key->id;
	copy->any = key->any;
	return copy;
}
/* Copies only the fields, and texts up to their end: the kernel compares all bytes of a key, so the others are 0. */
static __always_inline const char *names_copy_key(char copy[16], const char key[16])
{
	__builtin_memset(copy, 0, sizeof(char[16]));
	nestmap_copy_text(copy, key, 16);
	return copy;
}
/* Copies only the fields, and texts up to their end: the kernel compares all bytes of a key, so the others are 0. */
static __always_inline const struct user_key *users_copy_key(struct user_key *copy,
							     const struct user_key *key)
{
	__builtin_memset(copy, 0, sizeof(struct user_key));
	copy->id = key->id;
	nestmap_copy_text(copy->names[0], key->names[0], 9);
	nestmap_copy_text(copy->names[1], key->names[1], 9);
	return copy;
}
