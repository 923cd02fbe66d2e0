// libsodium as the distribution ships it. Only the target SSPRCrypto imports this module.
#include <sodium.h>
