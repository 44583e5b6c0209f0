//go:build deps

// Package parvis lists what the module stands on until each part imports it.
package parvis

import (
	_ "fyne.io/fyne/v2/app"
	_ "fyne.io/fyne/v2/test"
	_ "github.com/Shopify/toxiproxy/v2"
	_ "github.com/Shopify/toxiproxy/v2/client"
	_ "github.com/anishathalye/porcupine"
	_ "github.com/caarlos0/env/v11"
	_ "github.com/ccojocar/zxcvbn-go"
	_ "github.com/danielgtaylor/huma/v2/adapters/humagin"
	_ "github.com/emersion/go-smtp"
	_ "github.com/expr-lang/expr"
	_ "github.com/gin-gonic/gin"
	_ "github.com/go-resty/resty/v2"
	_ "github.com/google/uuid"
	_ "github.com/gorilla/websocket"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "github.com/jmoiron/sqlx"
	_ "github.com/mattn/go-sqlite3"
	_ "github.com/nicksnyder/go-i18n/v2/i18n"
	_ "github.com/pquerna/otp/totp"
	_ "github.com/pressly/goose/v3"
	_ "github.com/prometheus/client_golang/prometheus/promhttp"
	_ "github.com/rickar/cal/v2/fr"
	_ "github.com/wneessen/go-mail"
	_ "github.com/zalando/go-keyring"
	_ "go.uber.org/goleak"
	_ "golang.org/x/crypto/argon2"
	_ "golang.org/x/crypto/chacha20poly1305"
	_ "golang.org/x/text/language"
	_ "honnef.co/go/tools/cmd/staticcheck"
	_ "pgregory.net/rapid"
)
